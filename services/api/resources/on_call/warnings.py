"""Schedule warnings: gaps and conflicts ahead, and where the practice is departed from."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final

from fastapi import Query
from pydantic import Field

from events.escalation.level import Level
from events.escalation.target import Turn
from events.ids import ScheduleId
from events.on_call.final import shifts
from events.on_call.reports.conflicts import (
    Away,
    Conflict,
    ConflictKind,
    absent_on_call,
    twice_on_call,
)
from events.on_call.reports.coverage import coverage
from events.on_call.reports.practice import Practice, departures
from events.on_call.rota import Rota
from events.schedule.state import people_in
from projections.configuration import tables as configuration
from projections.engine.defined import every
from projections.on_call import absences
from projections.on_call.rotas import rotas_around
from services.access.permissions import Permission
from services.api.http.dependencies import Deps
from services.api.http.formats import Instant, Name, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import TheReads
from services.api.reading.schedule_reads import schedule_read
from services.api.reading.time_windows import TimeWindow, window_of
from services.api.resources.on_call.reports import MOST_GAPS, GapView, PeriodQuery

router = api_router("on call")

READ: Final = [requires(Permission.CONFIGURATION_READ)]
TWO_WEEKS: Final = 14  # days
MOST_CONFLICTS: Final = 500


class DepartureView(View):
    """Departure from the practice; the schedule works all the same."""

    rule: Practice
    layer_id: str | None
    sentence: str


class ConflictView(View):
    """One person who is on call here, and at the same time in another schedule."""

    kind: ConflictKind
    responder_id: str
    starts_at: Instant
    ends_at: Instant
    schedule_id: Annotated[str | None, Field(description="The other one.")]


class WarningsView(View):
    """What somebody should look at in the time ahead."""

    schedule_id: str
    starts_at: Instant
    ends_at: Instant
    gaps: list[GapView]
    conflicts: Annotated[list[ConflictView], Field(description=f"At most {MOST_CONFLICTS}.")]
    departures: list[DepartureView]


@router.get("/v1/schedules/{schedule_id}/warnings", dependencies=READ)
async def show_warnings(
    dependencies: Deps, reads: TheReads, schedule_id: Name, query: Annotated[PeriodQuery, Query()]
) -> WarningsView:
    """Show gaps and conflicts of the time ahead, two weeks if nothing is said, and the practice.

    A person in two schedules at once is said, and worse where one policy pages both in turn.
    """
    window = window_of(query.begin, query.until, dependencies.clock(), days=TWO_WEEKS)
    async with schedule_read(
        reads, query, schedule_id, configuration.NAME, absences.NAME
    ) as connection:
        rotas = await rotas_around(connection, window.begin, window.end)
        policies = await every(configuration.ESCALATION_POLICY, connection)
        people = [*people_in(rotas[schedule_id].editions, rotas[schedule_id].overrides)]
        away = await absences.away(connection, people, window.begin, window.end)
    own = ScheduleId(schedule_id)
    levels = [policy.levels for policy in policies]
    return await asyncio.to_thread(warnings_view, own, rotas, levels, away, window)


def warnings_view(
    own: ScheduleId,
    rotas: Mapping[str, Rota],
    policies: Iterable[tuple[Level, ...]],
    away: Sequence[Away],
    window: TimeWindow,
) -> WarningsView:
    """Return what is to be looked at as the API shows it."""
    begin, end = window
    policies = list(policies)
    rota = rotas[own]
    others = {
        ScheduleId(one): shifts(other, begin, end) for one, other in rotas.items() if one != own
    }
    behind = frozenset(one for levels in policies for one in schedules_beside(levels, own))
    final = shifts(rota, begin, end)
    conflicts = (*absent_on_call(final, away), *twice_on_call(final, others, behind))
    stands_behind = any(has_secondary(levels, own) for levels in policies)
    return WarningsView(
        schedule_id=own,
        starts_at=begin,
        ends_at=end,
        gaps=[GapView.model_validate(gap) for gap in gaps_of(rota, begin, end)],
        conflicts=[conflict_view(one) for one in conflicts[:MOST_CONFLICTS]],
        departures=[
            DepartureView.model_validate(one)
            for one in departures(rota.editions[-1], has_secondary=stands_behind)
        ],
    )


def gaps_of(rota: Rota, begin: datetime, end: datetime) -> tuple[object, ...]:
    """Return the gaps of a period, as many as are shown."""
    return coverage(rota, begin, end).gaps[:MOST_GAPS]


def conflict_view(one: Conflict) -> ConflictView:
    """Return a conflict as the API shows it."""
    return ConflictView.model_validate(one)


def pages(level: Level, own: ScheduleId) -> bool:
    """Return whether a level pages whoever is on call in a schedule now."""
    return any(
        target.schedule_id == own and target.turn is Turn.CURRENT for target in level.targets
    )


def schedules_beside(levels: tuple[Level, ...], own: ScheduleId) -> set[ScheduleId]:
    """Return the schedules that a policy pages at another level than this one."""
    if not any(pages(level, own) for level in levels):
        return set()
    return {
        target.schedule_id
        for level in levels
        if not pages(level, own)
        for target in level.targets
        if target.schedule_id is not None and target.schedule_id != own
    }


def has_secondary(levels: tuple[Level, ...], own: ScheduleId) -> bool:
    """Return whether a policy pages somebody else after whoever is on call in a schedule."""
    first = next((place for place, level in enumerate(levels) if pages(level, own)), None)
    return first is not None and any(
        not (target.schedule_id == own and target.turn is Turn.CURRENT)
        for level in levels[first + 1 :]
        for target in level.targets
    )
