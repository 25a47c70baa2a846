"""Timestamp event: a moment was corrected."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId
from events.incident.timestamps.names import Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTimestampCorrected:
    """A moment was not when the record said; both are kept, and durations use the new one."""

    incident_id: IncidentId
    name: Timestamp
    previously_at: datetime | None  # None: it was not known before
    happened_at: datetime
    reason: str
    corrected_by: str
    corrected_at: datetime
    type: Literal["incident.timestamp_corrected"] = "incident.timestamp_corrected"
