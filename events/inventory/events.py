"""Inventory event: what belonged to an incident when somebody asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryTaken:
    """Somebody asked what belongs to an incident; this is all that the log held of it."""

    incident_id: IncidentId
    reference: str
    position: int  # the log was looked through up to here
    streams: int  # that belong to the incident
    events: int  # in them
    digest: str  # SHA-256 in hex, over the streams and their last hashes: docs/log-format.md
    taken_by: str
    taken_at: datetime
    type: Literal["inventory.taken"] = "inventory.taken"


type InventoryEvent = InventoryTaken

INVENTORY_EVENTS: tuple[type, ...] = (InventoryTaken,)
