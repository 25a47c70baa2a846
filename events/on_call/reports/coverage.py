"""Coverage of a schedule: the share of time with somebody on call, and each gap with its cause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from events.ids import ResponderId
from events.on_call.final import schedule_begins, shifts
from events.on_call.reports.periods import Period, meetings
from events.on_call.rota import Edition, Rota, Shift

_SOMEBODY: Final = ResponderId("")  # in an empty slot, to ask what would be if it were none


class GapCause(StrEnum):
    """Why nobody is on call."""

    PERSON_GONE = "forgotten"  # whoever's turn it is can be paged no more
    OVERRIDE = "override"  # somebody was taken off, and nobody put on
    EMPTY_SLOT = "empty_slot"  # left empty on purpose
    NOTHING_PLANNED = "nothing_planned"  # no layer counts at that time


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Time in which nobody is on call, and why."""

    starts_at: datetime
    ends_at: datetime  # exclusive
    cause: GapCause
    responder_ids: tuple[ResponderId, ...] = ()  # who would be on call but for the cause
    layer_ids: tuple[str, ...] = ()  # in which it would be their turn

    @property
    def length(self) -> timedelta:
        """Return how long nobody is on call."""
        return self.ends_at - self.starts_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a period somebody is on call; what is before the first turn ever does not count.

    Without any time that counts, everything is covered: nothing is missing.
    """

    starts_at: datetime
    ends_at: datetime
    covered: timedelta
    gaps: tuple[Gap, ...]

    @property
    def percent(self) -> float:
        """Return the share of time with somebody: below 100 if a second is missing."""
        whole = max(self.ends_at - self.starts_at, timedelta(0))
        if self.covered >= whole:
            return 100.0
        return (10_000 * self.covered // whole) / 100


def coverage(rota: Rota, begin: datetime, end: datetime) -> Coverage:
    """Return how much of a period somebody is on call, and why not in the rest of it."""
    first = min(max(begin, schedule_begins(rota) or begin), end)
    final = shifts(rota, first, end) if first < end else ()
    missing = gaps(rota, final)
    uncovered = sum((gap.length for gap in missing), timedelta(0))
    return Coverage(starts_at=first, ends_at=end, covered=end - first - uncovered, gaps=missing)


def gaps(rota: Rota, final: Sequence[Shift]) -> tuple[Gap, ...]:
    """Return where nobody is on call in a part of the final schedule, each with its cause.

    The cause is found by asking who would be on call without it.
    """
    left = [
        Period(starts_at=shift.starts_at, ends_at=shift.ends_at)
        for shift in final
        if not shift.duties
    ]
    found: list[Gap] = []
    for cause, without in causes(rota):
        if not left:
            break
        begin, end = left[0].starts_at, left[-1].ends_at
        left = list(explained(left, shifts(without, begin, end), cause, found))
    found += [
        Gap(starts_at=one.starts_at, ends_at=one.ends_at, cause=GapCause.NOTHING_PLANNED)
        for one in left
    ]
    return tuple(sorted(found, key=lambda gap: gap.starts_at))


def causes(rota: Rota) -> Iterator[tuple[GapCause, Rota]]:
    """Yield each cause that there may be with the rota as it would be without it."""
    if rota.gone:
        yield GapCause.PERSON_GONE, replace(rota, gone=())
    if rota.overrides:
        yield GapCause.OVERRIDE, replace(rota, overrides=())
    if rota.gone and rota.overrides:
        yield GapCause.PERSON_GONE, replace(rota, gone=(), overrides=())
    yield GapCause.EMPTY_SLOT, replace(rota, editions=tuple(map(filled, rota.editions)))


def filled(edition: Edition) -> Edition:
    """Return the edition with somebody in each empty slot."""
    layers = tuple(
        replace(
            layer,
            rotation=replace(
                layer.rotation, slots=tuple(slot or (_SOMEBODY,) for slot in layer.rotation.slots)
            ),
        )
        for layer in edition.layers
    )
    return replace(edition, layers=layers)


def explained(
    left: Sequence[Period], without: Sequence[Shift], cause: GapCause, found: list[Gap]
) -> Iterator[Period]:
    """Add the gaps that a cause explains; yield what remains."""
    whole = [Period(starts_at=shift.starts_at, ends_at=shift.ends_at) for shift in without]
    for part, _, place in meetings(left, whole):
        duties = without[place].duties
        if not duties:
            yield part
            continue
        people = tuple(duty.responder_id for duty in duties if duty.responder_id != _SOMEBODY)
        layers = tuple(dict.fromkeys(duty.layer_id for duty in duties if duty.layer_id))
        found.append(
            Gap(
                starts_at=part.starts_at,
                ends_at=part.ends_at,
                cause=cause,
                responder_ids=people,
                layer_ids=layers,
            )
        )
