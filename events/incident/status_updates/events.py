"""Status update events. Names and fields are a storage format."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.ids import IncidentId
from events.incident.phases import Phase
from events.values.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdatePublished:
    """An internal status update was published."""

    schema_version: ClassVar[int] = 2

    incident_id: IncidentId
    number: int  # 1 for the incident's first update
    severity: Severity | None
    phase: Phase
    impact: str
    current_actions: str
    next_update_at: datetime | None
    published_by: str
    published_at: datetime
    corrects: int | None = None  # number of the earlier update whose place it takes
    type: Literal["status_update.published"] = "status_update.published"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdateReminded:
    """A status update is due soon, and whoever writes it was reminded."""

    incident_id: IncidentId
    due_at: datetime
    reminded_at: datetime
    type: Literal["status_update.reminded"] = "status_update.reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdateMissed:
    """A status update that was promised did not come: it is overdue."""

    incident_id: IncidentId
    due_at: datetime
    missed_at: datetime
    type: Literal["status_update.missed"] = "status_update.missed"


type StatusUpdateEvent = StatusUpdateReminded | StatusUpdateMissed | StatusUpdatePublished
