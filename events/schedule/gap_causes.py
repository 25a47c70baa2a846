"""Causes of a gap: why nobody is on call at an instant, each in a word that programs know."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final

from events.ids import ResponderId
from events.on_call.final import shifts
from events.on_call.layer import Holidays, Layer
from events.on_call.rota import Edition, Override, Rota, Shift
from events.on_call.stretches import layer_begins, stretches

INSTANT: Final = timedelta(microseconds=1)
MOST_LOOKS: Final = 20  # into one gap


class GapKind(StrEnum):
    """What kind of thing leaves nobody on call."""

    NO_LAYERS = "no_layers"  # the schedule has none, or has ended
    NOT_BEGUN = "not_begun"
    LAYER_ENDED = "layer_ended"
    OUTSIDE_WINDOWS = "outside_windows"
    HOLIDAY = "holiday"  # or no holiday, where the layer is there on holidays only
    EMPTY_SLOT = "empty_slot"
    OVERRIDE = "override"  # that takes somebody off
    FORGOTTEN = "forgotten"  # a person


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCause:
    """One reason for a gap, and what or who it is."""

    kind: GapKind
    layer_id: str | None = None
    override_id: str | None = None
    responder_id: ResponderId | None = None


def causes_of(rota: Rota, gap: Shift) -> tuple[GapCause, ...]:
    """Return why nobody is on call in a gap, in the order in which the causes come."""
    found = (cause for at in _looks(rota, gap) for cause in _causes_at(rota, at))
    return tuple(dict.fromkeys(found))


def _looks(rota: Rota, gap: Shift) -> list[datetime]:
    """Return the instants in a gap at which its cause may be another one."""
    cuts = {
        *(since for _, since in rota.gone),
        *(edition.holds_from for edition in rota.editions),
        *(at for one in rota.overrides for at in (one.starts_at, one.ends_at)),
        *_turns(rota, gap),
    }
    inside = sorted(at for at in cuts if gap.starts_at < at < gap.ends_at)
    return [gap.starts_at, *inside][:MOST_LOOKS]


def _turns(rota: Rota, gap: Shift) -> Iterator[datetime]:
    """Yield when turns begin and end that leave nobody on call."""
    for edition in rota.editions:
        for layer in edition.layers:
            found = stretches(layer, edition, gap.starts_at, gap.ends_at)
            for one in islice(found, MOST_LOOKS):
                yield one.starts_at
                yield one.ends_at


def _causes_at(rota: Rota, at: datetime) -> Iterator[GapCause]:
    if _anybody(replace(rota, overrides=()), at):
        taking_off = [one for one in rota.overrides if one.off is not None and _holds(one, at)]
        for one in [one for one in taking_off if one.on is None] or taking_off:
            yield GapCause(
                kind=GapKind.OVERRIDE, override_id=str(one.override_id), responder_id=one.off
            )
        return
    everybody = replace(rota, gone=())
    if people := _anybody(everybody, at):
        for responder_id, since in rota.gone:
            if responder_id in people and since <= at:
                yield GapCause(kind=GapKind.FORGOTTEN, responder_id=responder_id)
        return
    yield from _of_layers(_edition(rota, at), at)


def _anybody(rota: Rota, at: datetime) -> tuple[ResponderId, ...]:
    [shift] = shifts(rota, at, at + INSTANT)
    return shift.responder_ids


def _holds(override: Override, at: datetime) -> bool:
    until = override.withdrawn_at or override.ends_at
    return max(override.starts_at, override.made_at) <= at < min(override.ends_at, until)


def _edition(rota: Rota, at: datetime) -> Edition | None:
    if not rota.editions:
        return None
    held = [one for one in rota.editions if one.holds_from <= at]
    return held[-1] if held else rota.editions[0]


def _of_layers(edition: Edition | None, at: datetime) -> Iterator[GapCause]:
    paged = [one for one in edition.layers if not one.shadow] if edition else []
    if edition is None or not paged:
        yield GapCause(kind=GapKind.NO_LAYERS)
        return
    kinds = [(_of_layer(layer, edition, at), layer.layer_id) for layer in paged]
    if {kind for kind, _ in kinds} == {GapKind.OUTSIDE_WINDOWS}:
        yield GapCause(kind=GapKind.OUTSIDE_WINDOWS)  # of every layer
        return
    for kind, layer_id in kinds:
        yield GapCause(kind=kind, layer_id=layer_id)


def _of_layer(layer: Layer, edition: Edition, at: datetime) -> GapKind:
    if at < layer_begins(layer, edition):
        return GapKind.NOT_BEGUN
    if layer.ends_at is not None and at >= layer.ends_at:
        return GapKind.LAYER_ENDED
    if any(stretches(layer, edition, at, at + INSTANT)):
        return GapKind.EMPTY_SLOT
    if any(stretches(replace(layer, holidays=Holidays.ALIKE), edition, at, at + INSTANT)):
        return GapKind.HOLIDAY
    return GapKind.OUTSIDE_WINDOWS
