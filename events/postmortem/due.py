"""Postmortem due: by when it is to be published, from the last resolution on.

Reopening moves it: it is computed, and stored nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count, islice
from typing import Final

from events.learning_policy.policy import Reminding
from events.on_call.zones import instant, zone
from events.postmortem.document.terms import Demand
from events.postmortem.state import Postmortem, PostmortemState
from events.response_policy.calendar import BusinessCalendar

SATURDAY: Final = 6


class DueState(StrEnum):
    """How a postmortem stands to its due date."""

    NONE = "none"  # nobody has begun it, or the incident is not resolved
    AHEAD = "ahead"
    OVERDUE = "overdue"
    SETTLED = "settled"  # an edition is out, or it was waived


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """From when to when a postmortem is written, and how people are reminded of that."""

    resolved_at: datetime
    due_at: datetime
    calendar: BusinessCalendar | None
    reminding: Reminding


def due_at(
    demand: Demand, resolved_at: datetime | None, calendar: BusinessCalendar | None
) -> datetime | None:
    """Return when the postmortem is due, None until the incident is resolved.

    Business days keep the wall clock of the calendar's zone; without a calendar, and in one that
    never opens, Monday to Friday in UTC are meant.
    """
    if resolved_at is None:
        return None
    if not demand.business_days:
        return resolved_at + timedelta(days=demand.days)
    days = business_days_after(resolved_at, calendar)
    return next(islice(days, max(demand.days, 1) - 1, None))


def business_days_after(at: datetime, calendar: BusinessCalendar | None) -> Iterator[datetime]:
    """Yield the same time of each business day after an instant, without end."""
    open_days = calendar if calendar and calendar.weekdays else None
    where = zone(open_days.zone if open_days else "UTC")
    local = at.astimezone(where)
    for days in count(1):
        day = local.date() + timedelta(days=days)
        if is_business_day(day, open_days):
            yield instant(day, local.time(), where)


def is_business_day(day: date, calendar: BusinessCalendar | None) -> bool:
    """Tell whether people are at work on a day."""
    if calendar is None:
        return day.isoweekday() < SATURDAY
    return day.isoweekday() in calendar.weekdays and day not in calendar.holidays


def is_settled(known: Postmortem) -> bool:
    """Tell whether nobody waits for it any more: an edition is out, or it was waived."""
    return known.published is not None or known.state is PostmortemState.WAIVED


def due_state(known: Postmortem, due: datetime | None, at: datetime | None) -> DueState:
    """Return how a postmortem stands to its due date at an instant; None: as its facts have it."""
    if known.incident_id is not None and is_settled(known):
        return DueState.SETTLED
    if due is None or known.incident_id is None:
        return DueState.NONE
    over = known.overdue == due if at is None else due <= at
    return DueState.OVERDUE if over else DueState.AHEAD
