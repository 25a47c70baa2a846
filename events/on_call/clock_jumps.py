"""Jumps of a zone's clocks: the times of day that no clock on a wall ever showed."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from events.on_call.zones import SECOND, zone

LOOK = timedelta(hours=6)  # no zone moved its clocks there and back in so short a time
YEARS_KEPT = 16_384


class Jump(NamedTuple):
    """Clocks went from one time to a later one in no time. Neither has a zone."""

    last: datetime  # not shown any more
    next: datetime  # shown at the instant of the jump


@lru_cache(maxsize=YEARS_KEPT)
def jumps(name: str, year: int) -> tuple[Jump, ...]:
    """Return how the clocks of a zone went forward in a year of UTC."""
    where = zone(name)
    found: list[Jump] = []
    earlier = datetime(year, 1, 1, tzinfo=UTC)
    end = datetime(year + 1, 1, 1, tzinfo=UTC)
    offset = earlier.astimezone(where).utcoffset()
    while earlier < end:
        later = earlier + LOOK
        after = later.astimezone(where).utcoffset()
        if offset is not None and after is not None and after > offset:
            low, high = earlier, later
            while high - low > SECOND:
                middle = low + (high - low) / 2
                if middle.astimezone(where).utcoffset() == offset:
                    low = middle
                else:
                    high = middle
            moment = high.replace(microsecond=0, tzinfo=None)
            found.append(Jump(moment + offset, moment + after))
        earlier, offset = later, after
    return tuple(found)
