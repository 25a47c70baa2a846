"""Practice of on call: what a sustainable rotation has, and which layers of a schedule lack it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import islice
from typing import Final

from events.on_call.hand_offs import first_hand_off, grid_of, turns
from events.on_call.layer import Layer
from events.on_call.rota import Edition

FEWEST_PEOPLE: Final = 6
LONGEST_TURN: Final = timedelta(days=7)
_A_CLOCK_CHANGE: Final = timedelta(days=1)  # by which a turn of seven days may be longer
_LOOKED_AT: Final = 60  # turns, from the first one


class Practice(StrEnum):
    """One rule of the practice."""

    PEOPLE = "few_people"  # a rotation has at least six
    TURN = "long_turn"  # a turn is a week at the most
    SECONDARY = "no_secondary"  # somebody stands behind whoever is on call


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A schedule departs from one rule of the practice; it works all the same."""

    rule: Practice
    sentence: str
    layer_id: str | None = None


def departures(edition: Edition, *, has_secondary: bool) -> tuple[Departure, ...]:
    """Return where a schedule departs from the practice; a shadow layer pages nobody."""
    layers = [layer for layer in edition.layers if not layer.shadow]
    each = ((few_people(layer), long_turn(layer, edition.zone)) for layer in layers)
    found = [one for both in each for one in both if one is not None]
    if layers and not (has_secondary or any(map(of_two, layers))):
        sentence = (
            "No secondary: let a later level of the escalation policy page another schedule,"
            " or whoever is on call next."
        )
        found.append(Departure(rule=Practice.SECONDARY, sentence=sentence))
    return tuple(found)


def few_people(layer: Layer) -> Departure | None:
    """Return the departure of a rotation whose people are on call too often."""
    people = {responder_id for slot in layer.rotation.slots for responder_id in slot}
    if not people or len(people) >= FEWEST_PEOPLE:
        return None
    sentence = (
        f"{layer.name}: {len(people)} of at least {FEWEST_PEOPLE} people. With fewer,"
        " everybody is on call too often: add some, or share the rotation with another team."
    )
    return Departure(rule=Practice.PEOPLE, sentence=sentence, layer_id=layer.layer_id)


def long_turn(layer: Layer, zone: str) -> Departure | None:
    """Return the departure of a rotation that has turns of more than a week."""
    grid = grid_of(layer.rotation, layer.zone or zone)
    first = islice(turns(grid, first_hand_off(grid)), _LOOKED_AT)
    if all(turn.ends_at - turn.starts_at < LONGEST_TURN + _A_CLOCK_CHANGE for turn in first):
        return None
    sentence = f"{layer.name}: a turn is longer than a week. Shorter turns burn nobody out."
    return Departure(rule=Practice.TURN, sentence=sentence, layer_id=layer.layer_id)


def of_two(layer: Layer) -> bool:
    """Return whether everybody on call in a layer has somebody beside them."""
    slots = layer.rotation.slots
    return bool(slots) and all(len(slot) > 1 for slot in slots if slot)
