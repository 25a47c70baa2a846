"""Work hours of a person: a reminder is no reason to disturb anybody outside of them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from events.on_call.zones import instant, wall_clock, zone

DAY: Final = timedelta(days=1)
A_WEEK: Final = 8  # days to look at: this one may be over, and its like in a week counts


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkHours:
    """When somebody works; hours that end before they begin end on the next day."""

    zone: str = "UTC"
    days: tuple[int, ...] = (1, 2, 3, 4, 5)  # 1 is Monday, 7 is Sunday
    begins: time = time(9)
    ends: time = time(17)


USUAL: Final = WorkHours()


def today_of(hours: WorkHours, at: datetime) -> date:
    """Return the day that it is where the person lives."""
    return wall_clock(at, zone(hours.zone)).date()


def begin_of(hours: WorkHours, day: date) -> datetime:
    """Return when a day begins where the person lives."""
    return instant(day, time(0), zone(hours.zone))


def next_moment(hours: WorkHours, at: datetime) -> datetime:
    """Return the instant itself in work hours, else when they begin again.

    Whoever works on no day is reached at any time: there is no better one.
    """
    where = zone(hours.zone)
    yesterday = wall_clock(at, where).date() - DAY
    for number in range(A_WEEK + 1):
        day = yesterday + number * DAY
        if day.isoweekday() not in hours.days:
            continue
        begins = instant(day, hours.begins, where)
        last = day if hours.begins < hours.ends else day + DAY
        if at < instant(last, hours.ends, where):
            return max(at, begins)
    return at


def moment_before(
    hours: WorkHours, at: datetime, *, limit: datetime, since: datetime
) -> datetime | None:
    """Return when somebody is told ahead of what is at the limit; None: there is no time for it.

    That is at the instant itself or as soon after it as they work; where that would be too late,
    when they begin to work for the last time before it, if anybody knew of it by then.
    """
    after = next_moment(hours, at)
    if after < limit:
        return after
    begins = _last_begin(hours, at)
    return begins if begins is not None and begins > since else None


def _last_begin(hours: WorkHours, at: datetime) -> datetime | None:
    """Return when the last work hours before an instant began."""
    where = zone(hours.zone)
    today = wall_clock(at, where).date()
    for number in range(A_WEEK):
        day = today - number * DAY
        begins = instant(day, hours.begins, where)
        if day.isoweekday() in hours.days and begins <= at:
            return begins
    return None
