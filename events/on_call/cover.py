"""Cover: overrides, and people who can be paged no more, on top of the layers of a schedule.

Overrides change who has a layer, before priorities are compared: somebody who is taken off a layer
of their own leaves it to the layers below, like a window that ends.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from events.ids import ResponderId
from events.on_call.layer import Layer
from events.on_call.rota import Duty, Override, Rota


class Holding(NamedTuple):
    """Part of time in which an override holds: not before it was made or after its withdrawal."""

    starts_at: datetime
    ends_at: datetime
    order: int
    override: Override


def holdings(overrides: Sequence[Override], begin: datetime, end: datetime) -> list[Holding]:
    """Return the overrides that hold in a stretch of time, by when they begin to."""
    found = [
        Holding(
            max(one.starts_at, one.made_at),
            min(one.ends_at, one.withdrawn_at or one.ends_at),
            order,
            one,
        )
        for order, one in enumerate(overrides)
        if one.starts_at < end and one.ends_at > begin
    ]
    return sorted(one for one in found if max(one.starts_at, begin) < min(one.ends_at, end))


def gone_at(rota: Rota, at: datetime) -> frozenset[ResponderId]:
    """Return who cannot be paged any more at an instant."""
    return frozenset(responder_id for responder_id, since in rota.gone if since <= at)


def duties(
    layers: Iterable[tuple[Layer, Sequence[Duty]]],
    overrides: Iterable[Override],
    gone: frozenset[ResponderId],
) -> tuple[tuple[Duty, ...], tuple[Duty, ...]]:
    """Return who is on call and who shadows, given who has each layer and what overrides hold.

    An override that puts somebody on who is gone does nothing at all, so that the rotation is
    there again. Somebody who covers for a person who is gone goes on covering.
    """
    had = [(layer, list(people)) for layer, people in layers]
    added: list[Duty] = []
    for override in overrides:
        if override.on not in gone:
            _override(override, [people for layer, people in had if not layer.shadow], added)
    there = [
        (layer, [duty for duty in people if duty.responder_id not in gone]) for layer, people in had
    ]
    highest = max(
        (layer.priority for layer, people in there if people and not layer.shadow), default=0
    )
    on_call = {
        duty.responder_id: duty
        for duty in reversed(
            [
                *(
                    duty
                    for layer, people in there
                    if layer.priority == highest and not layer.shadow
                    for duty in people
                ),
                *(duty for duty in added if duty.responder_id not in gone),
            ]
        )
    }
    shadows = {
        duty.responder_id: duty
        for layer, people in there
        if layer.shadow
        for duty in people
        if duty.responder_id not in on_call
    }
    return tuple(reversed(on_call.values())), tuple(shadows.values())


def _override(override: Override, layers: Iterable[list[Duty]], added: list[Duty]) -> None:
    """Take off, put on or replace in place; who is not there is not replaced."""
    if override.off is None:
        if override.on is not None:
            added.append(Duty(responder_id=override.on, override_id=override.override_id))
        return
    for people in (*layers, added):
        people[:] = [
            Duty(
                responder_id=override.on,
                layer_id=duty.layer_id,
                override_id=override.override_id,
            )
            if override.on is not None and duty.responder_id == override.off
            else duty
            for duty in people
            if override.on is not None or duty.responder_id != override.off
        ]
