"""Sighting command: keep that somebody read a private incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSighting:
    """Keep who saw a private incident, and by what."""

    private_incident_id: IncidentId
    first_read: str  # the operation
    via: str
    actor: Actor
    at: datetime
    kind: Literal["record_sighting"] = "record_sighting"
