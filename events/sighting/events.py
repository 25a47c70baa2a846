"""Sighting event. It names its incident apart: it is no part of the incident's own story."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingRecorded:
    """Somebody read a private incident, for the first time in this hour."""

    private_incident_id: IncidentId
    seen_by: str
    recorded_at: datetime
    first_read: str  # the operation that was answered
    via: str  # web, api, link
    type: Literal["sighting.recorded"] = "sighting.recorded"


type SightingEvent = SightingRecorded
SIGHTING_EVENTS = (SightingRecorded,)
