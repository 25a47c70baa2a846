"""Time zones and wall clocks: when a clock on a wall of a zone shows a time.

The zones are those of the `tzdata` package and never the server's own: two servers with different
system packages must page the same person.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from events.errors import Unprocessable
from events.values.plain_text import one_line

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


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
        said = one_line(name[:60])
        raise UnknownZone(f"{said} is not a time zone: write one such as Europe/Berlin.", zone=said)
    return _zone(name)


def require_zone(field: str, name: str) -> None:
    """Refuse a name that is no time zone's, and name the field that has it.

    Raises: UnknownZone.
    """
    try:
        zone(name)
    except UnknownZone as unknown:
        raise UnknownZone(f"{field}: {unknown.detail}", field=field, **unknown.facts) from None


def wall_clock(at: datetime, where: ZoneInfo) -> datetime:
    """Return date and time that a clock in the zone shows at an instant."""
    return at.astimezone(where).replace(tzinfo=None)


def instant(day: date, wall: time, where: ZoneInfo) -> datetime:
    """Return when a wall clock shows this: first time of two; when it jumps over it, right after.

    Source: shared rule for every wall clock in Tocsin, as GoAlert's rotations have it.
    """
    return instant_of(datetime.combine(day, wall), where)


def instant_of(shown: datetime, where: ZoneInfo) -> datetime:
    """Return the instant of a date and time together, by the rule of `instant`.

    Both answers of `zoneinfo` are looked at again on the clock: near the last change that a zone's
    file lists, one of them can be wrong (Nuuk, October 2023).
    """
    early, late = shown.replace(tzinfo=where), shown.replace(tzinfo=where, fold=1)
    if (offset := early.utcoffset()) == late.utcoffset() and offset is not None:
        return (shown - offset).replace(tzinfo=UTC)
    answers = sorted(one.astimezone(UTC) for one in (early, late))
    for answer in answers:
        if wall_clock(answer, where) == shown:
            return answer
    before, after = answers
    while wall_clock(before, where) > shown:
        before -= HOUR
    while wall_clock(after, where) < shown:
        after += HOUR
    while after - before > SECOND:  # the jump is somewhere between them
        middle = before + (after - before) / 2
        if wall_clock(middle, where) < shown:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
