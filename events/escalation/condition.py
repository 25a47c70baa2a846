"""Condition of a level: the severities, hours and services for which it is paged at all."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.ids import ServiceId
from events.response_policy.calendar import BusinessCalendar, opening
from events.values.severity import Severity


class Hours(StrEnum):
    """When a level counts, by a calendar."""

    INSIDE = "inside"  # in business hours
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must hold when the level is reached; what is left out always does."""

    severities: tuple[Severity, ...] = ()
    hours: Hours | None = None  # only with a calendar
    calendar: BusinessCalendar | None = None
    service_ids: tuple[ServiceId, ...] = ()


def why_not(
    condition: Condition | None,
    severity: Severity | None,
    service_id: str | None,
    at: datetime,
) -> str | None:
    """Return why the level is left out for such an incident at this moment, None if it is paged.

    A severity that nobody knows yet may be any of them.
    """
    if condition is None:
        return None
    if condition.severities and severity is not None and severity not in condition.severities:
        return f"it is for {' and '.join(condition.severities)} only"
    if condition.service_ids and service_id not in condition.service_ids:
        return f"it is for {' and '.join(condition.service_ids)} only"
    if condition.hours is None or condition.calendar is None:
        return None
    inside = opening(condition.calendar, at) == at
    if inside is (condition.hours is Hours.INSIDE):
        return None
    return f"it is for {condition.hours} business hours only"
