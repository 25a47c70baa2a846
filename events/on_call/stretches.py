"""Stretches of a layer: who has it from when to when, as far as it is there at all."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from events.on_call.hand_offs import first_hand_off, grid_of, turns
from events.on_call.layer import Layer, Slot, Turns
from events.on_call.presence import presence_of, presences
from events.on_call.rota import Edition
from events.on_call.worked import worked_before


class Stretch(NamedTuple):
    """Uninterrupted part of one turn."""

    starts_at: datetime
    ends_at: datetime
    slot: Slot


def zone_of(layer: Layer, edition: Edition) -> str:
    """Return the zone a layer's clocks show."""
    return layer.zone or edition.zone


def layer_begins(layer: Layer, edition: Edition) -> datetime:
    """Return the instant before which the layer is nobody's."""
    anchored = first_hand_off(grid_of(layer.rotation, zone_of(layer, edition)))
    return max(anchored, layer.begins_at or anchored)


def stretches(layer: Layer, edition: Edition, begin: datetime, end: datetime) -> Iterator[Stretch]:
    """Yield who has the layer between two instants, in order; nothing where it is not there."""
    begin = max(begin, layer_begins(layer, edition))
    end = min(end, layer.ends_at or end)
    if begin >= end:
        return
    grid = grid_of(layer.rotation, zone_of(layer, edition))
    presence = presence_of(layer, zone_of(layer, edition), edition.holidays)
    slots, worked = layer.rotation.slots, layer.rotation.turns is Turns.WORKED
    there = presences(presence, begin, end)
    present = next(there, None)
    for turn in turns(grid, begin):
        if present is None or turn.starts_at >= end:
            return
        number: int | None = None
        while present is not None and present[0] < turn.ends_at:
            if number is None:
                number = worked_before(grid, presence, turn) if worked else turn.number
            yield Stretch(
                max(present[0], turn.starts_at),
                min(present[1], turn.ends_at),
                slots[number % len(slots)],
            )
            if present[1] > turn.ends_at:
                break
            present = next(there, None)
