"""Incidents that came again, told by somebody else: what was said first, and what was said then."""

from pathlib import Path
from typing import Final

TOLD: Final = Path(__file__).with_suffix(".txt").read_text("utf-8")
PAIRS: Final = [(first, again) for first, again in map(str.splitlines, TOLD.split("\n\n"))]
