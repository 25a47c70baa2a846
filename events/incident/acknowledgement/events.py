"""Acknowledgement events: whoever has an incident says that they are there, or is silent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAcknowledgementRenewed:
    """Whoever has the incident said that they still do."""

    incident_id: IncidentId
    renewed_by: str
    renewed_at: datetime
    type: Literal["incident.acknowledgement_renewed"] = "incident.acknowledgement_renewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAcknowledgementLapsed:
    """Nobody gave a sign of life for too long: nobody has the incident any more."""

    incident_id: IncidentId
    holder: str  # who had it
    silent_since: datetime  # the last sign of life of anybody
    lapsed_at: datetime
    type: Literal["incident.acknowledgement_lapsed"] = "incident.acknowledgement_lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentUnacknowledged:
    """Somebody said that whoever had the incident has it no longer."""

    incident_id: IncidentId
    holder: str  # who had it
    reason: str | None
    unacknowledged_by: str
    unacknowledged_at: datetime
    type: Literal["incident.unacknowledged"] = "incident.unacknowledged"


type AcknowledgementEvent = (
    IncidentAcknowledgementRenewed | IncidentAcknowledgementLapsed | IncidentUnacknowledged
)
