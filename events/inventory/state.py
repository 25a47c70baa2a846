"""Inventory state: empty, for each inventory stands by itself."""

from dataclasses import dataclass

from events.inventory.events import InventoryEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The inventories that were taken of an incident."""

    taken: int = 0


INITIAL = Inventory()


def evolve(inventory: Inventory, _event: InventoryEvent) -> Inventory:
    """Return the state after the event; never refuses."""
    return Inventory(taken=inventory.taken + 1)
