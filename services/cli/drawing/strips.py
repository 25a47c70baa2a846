"""Strips on a terminal: a cell for each part of a period, as full as its block is high."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from rich.text import Text

BLOCKS: Final = " ▁▂▃▄▅▆▇█"
CELLS: Final = 52  # about one for each week of a year


def strip(begin: datetime, end: datetime, turns: Iterable[Mapping[str, Any]], style: str) -> Text:
    """Return how much of each part of a period the turns fill; a little of it is seen as well."""
    whole = max((end - begin) / CELLS, timedelta(microseconds=1))
    filled = [timedelta(0)] * CELLS
    for turn in turns:
        starts_at, ends_at = (datetime.fromisoformat(turn[one]) for one in ("starts_at", "ends_at"))
        first = max(int((starts_at - begin) / whole), 0)
        last = min(int((ends_at - begin) / whole), CELLS - 1)
        edges = [starts_at, *(begin + whole * cell for cell in range(first + 1, last + 1)), ends_at]
        for cell, (one, other) in enumerate(pairwise(edges), first):
            if cell < CELLS:
                filled[cell] += other - one
    return Text("".join(block(one / whole) for one in filled), style=style)


def block(share: float) -> str:
    """Return the block of a share: empty only if it is none at all."""
    last = len(BLOCKS) - 1
    return BLOCKS[0] if share <= 0 else BLOCKS[min(max(1, round(share * last)), last)]


def bar(value: float, largest: float, cells: int = 20) -> str:
    """Return a bar as long as a value."""
    return "█" * round(cells * value / largest) if largest else ""
