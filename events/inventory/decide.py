"""Inventory rule: each one is a fact, also one that equals the one before."""

from events.aggregate import Aggregate
from events.decider import Decider
from events.ids import IncidentId
from events.inventory.commands import TakeInventory
from events.inventory.events import INVENTORY_EVENTS, InventoryEvent, InventoryTaken
from events.inventory.state import INITIAL, Inventory, evolve


def decide(command: TakeInventory, _inventory: Inventory) -> list[InventoryEvent]:
    """Return the fact this command leads to."""
    return [
        InventoryTaken(
            incident_id=command.incident_id,
            reference=command.reference,
            position=command.position,
            streams=command.streams,
            events=command.events,
            digest=command.digest,
            taken_by=command.actor.principal,
            taken_at=command.at,
        )
    ]


inventory_decider: Decider[TakeInventory, Inventory, InventoryEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=INVENTORY_EVENTS
)

AGGREGATE = Aggregate(
    noun="inventory", id=IncidentId, decider=inventory_decider, commands=TakeInventory
)
