"""Inventory command: record what belongs to an incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeInventory:
    """Put on record what belongs to an incident."""

    incident_id: IncidentId
    reference: str
    position: int
    streams: int
    events: int
    digest: str
    actor: Actor
    at: datetime
    kind: Literal["take_inventory"] = "take_inventory"
