"""Incident mode: a real one, a drill, or one that is entered after the fact."""

from enum import StrEnum
from typing import Final


class Mode(StrEnum):
    """Chosen when the incident is declared; it never changes."""

    REAL = "real"
    DRILL = "drill"  # the full machinery, marked; never leaves the team, counts in no metric
    BACKFILLED = "backfilled"  # entered after the fact with its true times; pages nobody


DRILL_MARK: Final = "[DRILL]"


def titled(title: str, mode: Mode) -> str:
    """Return the title as everybody reads it: a drill says so in every message and on every list.

    The mark is part of the title that is stored, so that no reader can forget to show it.
    """
    if mode is not Mode.DRILL or title.startswith(DRILL_MARK):
        return title
    return f"{DRILL_MARK} {title}"
