"""Inventory sentences."""

from events.inventory.events import InventoryTaken
from projections.sentences.words import person, words


@words.register
def _(event: InventoryTaken) -> str:
    return (
        f"{person(event.taken_by)} took an inventory for an audit:"
        f" {event.events} events in {event.streams} streams"
    )
