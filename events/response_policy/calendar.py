"""Business hours: wall clock in a zone, and the instant at which they begin next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

FARTHEST = 400  # days: a calendar that opens on none of them never opens
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCalendar:
    """When people are at work. Hours that end before they begin go on after midnight."""

    zone: str  # IANA: Europe/Berlin
    weekdays: tuple[int, ...]  # 1 is Monday, 7 is Sunday
    opens: time
    closes: time  # exclusive; the same as `opens`: the whole day
    holidays: tuple[date, ...]


def opening(calendar: BusinessCalendar, at: datetime) -> datetime | None:
    """Return when business hours begin next: `at` itself inside of them, None if they never do."""
    for begins, ends in islice(_hours(calendar, at), FARTHEST):
        if at < ends and begins < ends:
            return max(at, begins)
    return None


def _hours(calendar: BusinessCalendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield when business hours begin and end, from the day before on; closed days are empty."""
    zone = ZoneInfo(calendar.zone)
    yesterday = at.astimezone(zone).date() - timedelta(days=1)
    overnight = timedelta(days=1 if calendar.closes <= calendar.opens else 0)
    for days in count():
        day = yesterday + timedelta(days=days)
        begins = _instant(day, calendar.opens, zone)
        closed = day.isoweekday() not in calendar.weekdays or day in calendar.holidays
        yield begins, begins if closed else _instant(day + overnight, calendar.closes, zone)


def _instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return when a wall clock shows this: first time of two; when it jumps over it, right after.

    Source: shared rule for every wall clock in Tocsin, as GoAlert's rotations have it.
    """
    shown = datetime.combine(day, wall)
    first = shown.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == shown:
        return first
    before = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while first - before > SECOND:  # the jump is somewhere between them
        middle = before + (first - before) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < shown:
            before = middle
        else:
            first = middle
    return first.replace(microsecond=0)
