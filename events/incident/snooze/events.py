"""Snooze events: an incident is left alone until a time, and why that ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.ids import IncidentId
from events.page.plan import PageTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozedPage:
    """The page that waits for the end of a snooze."""

    number: int
    target: PageTarget
    not_before: datetime  # later than the end, where business hours begin later


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSnoozed:
    """Whoever has the incident is left alone until then; a page waits for that time."""

    incident_id: IncidentId
    until: datetime
    page: SnoozedPage | None  # None: there will be nobody to page
    reason: str | None
    snoozed_by: str
    snoozed_at: datetime
    schema_version: ClassVar[int] = 2
    type: Literal["incident.snoozed"] = "incident.snoozed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSnoozeEnded:
    """The snooze is over: at its time, or before."""

    incident_id: IncidentId
    until: datetime  # as it was to last
    reason: str
    still_had: bool  # whoever had it is awake and goes on; else nobody has it any more
    ended_by: str
    ended_at: datetime
    type: Literal["incident.snooze_ended"] = "incident.snooze_ended"


type SnoozeEvent = IncidentSnoozed | IncidentSnoozeEnded
