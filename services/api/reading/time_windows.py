"""Time windows of a request: from when until when, with a limit to how much is asked at once."""

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from services.request_refusals import Invalid, RequestInvalid

LONGEST: Final = timedelta(days=400)
FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2200, 1, 1, tzinfo=UTC)  # schedules are not asked about beyond


class TimeWindow(NamedTuple):
    """Stretch of time; its end is not included."""

    begin: datetime
    end: datetime


def window_of(
    begin: datetime | None, end: datetime | None, now: datetime, *, days: int
) -> TimeWindow:
    """Return the window that is asked for; from now, and for so many days, if nothing is said.

    Raises: RequestInvalid.
    """
    begin = within_reach("query.from", begin or now)
    end = within_reach("query.until", end or begin + timedelta(days=days))
    if end <= begin:
        raise RequestInvalid(Invalid(field="query.until", reason="Give a time after `from`."))
    if end - begin > LONGEST:
        raise RequestInvalid(
            Invalid(field="query.until", reason=f"Ask for at most {LONGEST.days} days at a time.")
        )
    return TimeWindow(begin, end)


def past_window(since: datetime | None, until: datetime | None, now: datetime) -> TimeWindow:
    """Return the window that is asked for, up to now: later nothing can have happened.

    Raises: RequestInvalid.
    """
    end = min(within_reach("query.until", until or now), now)
    begin = within_reach("query.since", since or FIRST)
    if begin >= end:
        reason = "Give a time before `until`, and before now."
        raise RequestInvalid(Invalid(field="query.since", reason=reason))
    return TimeWindow(begin, end)


def within_reach(field: str, at: datetime) -> datetime:
    """Return an instant that schedules can be asked about.

    Raises: RequestInvalid.
    """
    if not FIRST <= at < LAST:
        raise RequestInvalid(
            Invalid(field=field, reason=f"Give a time from {FIRST:%Y} to before {LAST:%Y}.")
        )
    return at
