"""Business hours: wall clock in a zone, and the instant at which they begin next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, islice, takewhile

from events.on_call.zones import instant, zone

FARTHEST = 400  # days: a calendar that opens on none of them never opens


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
    where = zone(calendar.zone)
    yesterday = at.astimezone(where).date() - timedelta(days=1)
    overnight = timedelta(days=1 if calendar.closes <= calendar.opens else 0)
    for days in count():
        day = yesterday + timedelta(days=days)
        begins = instant(day, calendar.opens, where)
        closed = day.isoweekday() not in calendar.weekdays or day in calendar.holidays
        yield begins, begins if closed else instant(day + overnight, calendar.closes, where)


def open_between(calendar: BusinessCalendar, begin: datetime, end: datetime) -> timedelta:
    """Return how much of the time between two instants is in business hours."""
    days = takewhile(lambda hours: hours[0] < end, _hours(calendar, begin))
    inside = (min(ends, end) - max(begins, begin) for begins, ends in days)
    return sum((max(span, timedelta(0)) for span in inside), timedelta(0))
