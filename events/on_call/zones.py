"""Time zones and wall clocks: when a clock on a wall of a zone shows a time.

The zones are those of the `tzdata` package and never the server's own: two servers with different
system packages must page the same person.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from events.errors import Unprocessable

SECOND = timedelta(seconds=1)


class UnknownZone(Unprocessable):
    """There is no such time zone."""


@cache
def zone_names() -> frozenset[str]:
    """Return every name that `zone` takes."""
    return frozenset((resources.files("tzdata") / "zones").read_text("utf-8").split())


@cache
def _zone(name: str) -> ZoneInfo:
    """Return the zone from its file; the names are few, so all of them may stay in memory."""
    file = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with file.open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


def zone(name: str) -> ZoneInfo:
    """Return the IANA zone of that name."""
    if name not in zone_names():
        raise UnknownZone(
            f"{name[:60]} is not a time zone: write one such as Europe/Berlin.", zone=name[:60]
        )
    return _zone(name)


def wall_clock(at: datetime, where: ZoneInfo) -> datetime:
    """Return date and time that a clock in the zone shows at an instant."""
    return at.astimezone(where).replace(tzinfo=None)


def instant(day: date, wall: time, where: ZoneInfo) -> datetime:
    """Return when a wall clock shows this: first time of two; when it jumps over it, right after.

    Source: shared rule for every wall clock in Tocsin, as GoAlert's rotations have it.
    """
    return instant_of(datetime.combine(day, wall), where)


def instant_of(shown: datetime, where: ZoneInfo) -> datetime:
    """Return the instant of a date and time together, by the rule of `instant`."""
    first = shown.replace(tzinfo=where).astimezone(UTC)
    if wall_clock(first, where) == shown:
        return first
    before = shown.replace(tzinfo=where, fold=1).astimezone(UTC)
    while first - before > SECOND:  # the jump is somewhere between them
        middle = before + (first - before) / 2
        if wall_clock(middle, where) < shown:
            before = middle
        else:
            first = middle
    return first.replace(microsecond=0)
