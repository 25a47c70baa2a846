"""Conflicts ahead: whoever is on call while absent, or in two places at once."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.ids import ResponderId, ScheduleId
from events.on_call.reports.periods import Period, meetings, periods
from events.on_call.rota import Shift


class ConflictKind(StrEnum):
    """Kind of a conflict."""

    ABSENT = "absent"  # away while on call
    BOTH_LEVELS = "both_levels"  # first and second to be paged: nobody stands behind them
    TWO_SCHEDULES = "two_schedules"  # fine where the work allows it


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Time in which a person is not there."""

    responder_id: ResponderId
    absence_id: str
    starts_at: datetime
    ends_at: datetime  # exclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One person who is on call, and at the same time something else."""

    kind: ConflictKind
    responder_id: ResponderId
    starts_at: datetime
    ends_at: datetime  # exclusive
    schedule_id: ScheduleId | None = None  # the other one
    absence_id: str | None = None


def absent_on_call(final: Iterable[Shift], away: Iterable[Away]) -> tuple[Conflict, ...]:
    """Return where somebody is on call who is away, by time."""
    on_call = periods(final)
    found = [
        Conflict(
            kind=ConflictKind.ABSENT,
            responder_id=one.responder_id,
            starts_at=both.starts_at,
            ends_at=both.ends_at,
            absence_id=one.absence_id,
        )
        for one in away
        for both in during(on_call.get(one.responder_id, []), one)
    ]
    return in_order(found)


def twice_on_call(
    final: Iterable[Shift],
    others: Mapping[ScheduleId, Sequence[Shift]],
    behind: frozenset[ScheduleId],
) -> tuple[Conflict, ...]:
    """Return where somebody is on call in another schedule too, by time.

    `behind` are the schedules that a policy pages at another level than this one.
    """
    on_call = periods(final)
    return in_order(
        found
        for schedule_id, shifts in others.items()
        for found in twice(on_call, schedule_id, shifts, both_levels=schedule_id in behind)
    )


def twice(
    on_call: Mapping[ResponderId, Sequence[Period]],
    schedule_id: ScheduleId,
    shifts: Iterable[Shift],
    *,
    both_levels: bool,
) -> Iterator[Conflict]:
    """Yield where somebody is on call in one other schedule too."""
    kind = ConflictKind.BOTH_LEVELS if both_levels else ConflictKind.TWO_SCHEDULES
    for responder_id, there in periods(shifts).items():
        for both, _, _ in meetings(on_call.get(responder_id, ()), there):
            yield Conflict(
                kind=kind,
                responder_id=responder_id,
                starts_at=both.starts_at,
                ends_at=both.ends_at,
                schedule_id=schedule_id,
            )


def during(there: Sequence[Period], away: Away) -> Iterator[Period]:
    """Yield the parts of periods, which are in order, that fall into one absence."""
    first = bisect_right(there, away.starts_at, key=lambda period: period.ends_at)
    for place in range(first, len(there)):
        one = there[place]
        if one.starts_at >= away.ends_at:
            return
        yield Period(
            starts_at=max(one.starts_at, away.starts_at), ends_at=min(one.ends_at, away.ends_at)
        )


def in_order(found: Iterable[Conflict]) -> tuple[Conflict, ...]:
    """Return conflicts by time, then by person."""
    return tuple(sorted(found, key=lambda one: (one.starts_at, one.responder_id, one.kind)))
