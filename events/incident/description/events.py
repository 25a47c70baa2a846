"""What can happen to the words that an incident is told in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDescribed:
    """Title and summary were told anew, because what they were made of has changed."""

    incident_id: IncidentId
    title: str
    summary: str
    described_by: str
    described_at: datetime
    type: Literal["incident.described"] = "incident.described"
