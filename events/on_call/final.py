"""Final schedule: who is on call from when to when, after layers, priorities and overrides."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from events.errors import Unprocessable
from events.on_call.cover import Holding, duties, gone_at, holdings
from events.on_call.layer import Layer
from events.on_call.rota import Duty, Edition, Override, Rota, Shift
from events.on_call.stretches import Stretch, layer_begins, stretches

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)


class OutOfReach(Unprocessable):
    """The time asked for is too far away."""


def shifts(rota: Rota, begin: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return the shifts between two instants: without a hole, gaps as shifts of nobody."""
    check_reach(begin, end)
    merged: list[Shift] = []
    for shift in _pieces(rota, begin, end):
        if merged and same(merged[-1], shift):
            merged[-1] = replace(merged[-1], ends_at=shift.ends_at)
        else:
            merged.append(shift)
    return tuple(merged)


def check_reach(begin: datetime, end: datetime) -> None:
    """Refuse a time that ends before it begins, or that no schedule is expanded to."""
    if not EARLIEST <= begin < end <= LATEST:
        raise OutOfReach(
            f"{begin} to {end}: ask for a time that ends after it begins, "
            f"from {EARLIEST.year} to before {LATEST.year}."
        )


def gaps(rota: Rota, begin: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return when nobody is on call between two instants; before the schedule began is no gap."""
    begun = schedule_begins(rota)
    if begun is None or begun >= end:
        return ()
    return tuple(shift for shift in shifts(rota, max(begin, begun), end) if not shift.duties)


def schedule_begins(rota: Rota) -> datetime | None:
    """Return the first instant at which a layer of the schedule was somebody's."""
    for edition, starts_at, ends_at in _held(rota):
        begins = [layer_begins(layer, edition) for layer in edition.layers if not layer.shadow]
        first = min(begins, default=None)
        if first is not None and (ends_at is None or first < ends_at):
            return first if starts_at is None else max(first, starts_at)
    return None


def same(one: Shift, other: Shift) -> bool:
    """Return whether two shifts are one: the same people for the same reasons."""
    return one.duties == other.duties and one.shadows == other.shadows


def _held(rota: Rota) -> Iterator[tuple[Edition, datetime | None, datetime | None]]:
    """Yield editions with the time in which each held; the first one for all time before it."""
    for index, edition in enumerate(rota.editions):
        starts_at = edition.holds_from if index else None
        later = [other.holds_from for other in rota.editions[index + 1 :]]
        ends_at = min(later, default=None)
        if starts_at is None or ends_at is None or starts_at < ends_at:
            yield edition, starts_at, ends_at


def _pieces(rota: Rota, begin: datetime, end: datetime) -> Iterator[Shift]:
    """Yield shifts that are not merged yet: each ends where something may change."""
    if not rota.editions:
        rota = replace(rota, editions=(Edition(holds_from=begin, zone="UTC", layers=()),))
    for edition, starts_at, ends_at in _held(rota):
        first, last = max(begin, starts_at or begin), min(end, ends_at or end)
        if first < last:
            yield from _of_edition(rota, edition, first, last)


def _of_edition(rota: Rota, edition: Edition, begin: datetime, end: datetime) -> Iterator[Shift]:
    held = [_Held(layer, list(stretches(layer, edition, begin, end))) for layer in edition.layers]
    overriding = _Overriding(holdings(rota.overrides, begin, end))
    cuts = {begin, end, *overriding.cuts, *(cut for one in held for cut in one.cuts)}
    cuts.update(since for _, since in rota.gone)
    ordered = sorted(cut for cut in cuts if begin <= cut <= end)
    for starts_at, ends_at in pairwise(ordered):
        on_call, shadows = duties(
            [(one.layer, one.people(starts_at)) for one in held],
            overriding.at(starts_at),
            gone_at(rota, starts_at),
        )
        yield Shift(starts_at=starts_at, ends_at=ends_at, duties=on_call, shadows=shadows)


class _Held:
    """Layer that is walked along, from stretch to stretch."""

    def __init__(self, layer: Layer, found: Sequence[Stretch]) -> None:
        self.layer = layer
        self.cuts = [cut for one in found for cut in (one.starts_at, one.ends_at)]
        self._left = iter(found)
        self._next = next(self._left, None)

    def people(self, at: datetime) -> tuple[Duty, ...]:
        """Return who has it; instants are asked for in order."""
        while self._next is not None and self._next.ends_at <= at:
            self._next = next(self._left, None)
        if self._next is None or at < self._next.starts_at:
            return ()
        return tuple(
            Duty(responder_id=responder_id, layer_id=self.layer.layer_id)
            for responder_id in self._next.slot
        )


class _Overriding:
    """Overrides that are walked along, from one that begins to one that ends."""

    def __init__(self, found: Sequence[Holding]) -> None:
        self.cuts = [cut for one in found for cut in (one.starts_at, one.ends_at)]
        self._left = list(reversed(found))
        self._now: list[Holding] = []

    def at(self, at: datetime) -> list[Override]:
        """Return those that hold, in the order in which they were made."""
        while self._left and self._left[-1].starts_at <= at:
            self._now.append(self._left.pop())
            self._now.sort(key=lambda one: one.order)
        self._now = [one for one in self._now if one.ends_at > at]
        return [one.override for one in self._now]
