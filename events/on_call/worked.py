"""Worked turns: turns of which a layer's windows and holidays leave something."""

from array import array
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from typing import Final

from events.on_call.hand_offs import Grid, Turn, first_hand_off, turns
from events.on_call.presence import Presence, presences

YEARS_KEPT: Final = 512  # with the beginning of each turn
COUNTS_KEPT: Final = 65_536
LONGEST: Final = timedelta(days=4_000)  # of a turn that is looked through


def worked_before(grid: Grid, presence: Presence, turn: Turn) -> int:
    """Return how many turns before this one somebody worked in."""
    if presence.always:
        return turn.number
    year = turn.starts_at.year
    second = int(turn.starts_at.timestamp())
    return _before(grid, presence, year) + bisect_left(_starts(grid, presence, year), second)


@lru_cache(maxsize=COUNTS_KEPT)
def _before(grid: Grid, presence: Presence, year: int) -> int:
    years = range(first_hand_off(grid).year, year)
    return sum(_count(grid, presence, earlier) for earlier in years)


@lru_cache(maxsize=COUNTS_KEPT)
def _count(grid: Grid, presence: Presence, year: int) -> int:
    return len(_starts(grid, presence, year))


@lru_cache(maxsize=YEARS_KEPT)
def _starts(grid: Grid, presence: Presence, year: int) -> array[int]:
    """Return when the worked turns that began in a year of UTC began."""
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    found = array("q")
    begun = takewhile(lambda turn: turn.starts_at < last, turns(grid, first))
    for turn in begun:
        if turn.starts_at >= first and _worked(presence, turn):
            found.append(int(turn.starts_at.timestamp()))
    return found


def _worked(presence: Presence, turn: Turn) -> bool:
    end = min(turn.ends_at, turn.starts_at + LONGEST)
    return next(presences(presence, turn.starts_at, end), None) is not None
