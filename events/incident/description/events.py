"""Description events: what can happen to title and summary of an incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDescribed:
    """Title and summary were written anew, because what they were made of has changed."""

    incident_id: IncidentId
    title: str
    summary: str
    described_by: str
    described_at: datetime
    type: Literal["incident.described"] = "incident.described"
