"""On-call questions: who is on call now, at any other instant, and shift by shift."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import ConfigDict, Field

from events.on_call.final import shifts
from events.on_call.rota import Rota
from events.on_call.who import next_on_call, on_call
from events.schedule.refusals import ScheduleNotFound
from projections.configuration import tables as configuration
from projections.engine.defined import every, one
from projections.engine.rows import Reader
from projections.on_call import schedules
from projections.on_call.rotas import rotas_around
from projections.on_call.schedules import ScheduleRow
from services.access.permissions import Permission
from services.api.http.dependencies import Deps
from services.api.http.formats import Instant, Name
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.reading.time_windows import TimeWindow, window_of, within_reach
from services.api.views.on_call.shifts import (
    OnCallList,
    OnCallView,
    ShiftList,
    ShiftView,
    shift_view,
)

router = api_router("on call")

READ = [requires(Permission.CONFIGURATION_READ)]

type Named = Mapping[str, str]  # what people are called, by id


class ShiftQuery(ReadQuery):
    """Which part of the schedule, at most 400 days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    begin: Annotated[Instant | None, Field(alias="from", description="Left out: now.")] = None
    until: Annotated[Instant | None, Field(description="Left out: 14 days later.")] = None


class OnCallQuery(ReadQuery):
    """When, and of which schedules; every filter narrows it."""

    at: Annotated[
        Instant | None, Field(description="Left out: now, or the time that as_of names.")
    ] = None
    schedule: Name | None = None
    team: Name | None = None
    responder: Annotated[
        Name | None, Field(description="Only schedules in which this person is on call then.")
    ] = None


@router.get("/v1/schedules/{schedule_id}/shifts", dependencies=READ)
async def list_shifts(
    dependencies: Deps,
    reads: TheReads,
    schedule_id: Name,
    query: Annotated[ShiftQuery, Query()],
) -> ShiftList:
    """List who is on call shift by shift, with the gaps and what caused them."""
    window = window_of(query.begin, query.until, instant_of(query, dependencies.clock()), days=14)
    async with reads.of(query, schedules.NAME, configuration.NAME) as connection:
        row = await one(schedules.SCHEDULE, connection, schedule_id)
        if row is None:
            raise ScheduleNotFound(f"No such schedule: {schedule_id}.")
        rotas = await rotas_around(connection, window.begin, window.end, schedule_id)
        names = await names_of_people(connection)
    found = await asyncio.to_thread(shifts_in, rotas[schedule_id], window, names)
    return ShiftList(schedule_id=schedule_id, zone=row.zone, shifts=found)


@router.get("/v1/on-call", dependencies=READ)
async def show_on_call(
    dependencies: Deps, reads: TheReads, query: Annotated[OnCallQuery, Query()]
) -> OnCallList:
    """Show who is on call everywhere, until when, by which layer or override, and who is next."""
    asked = query.at or instant_of(query, dependencies.clock())
    at = within_reach("query.at", asked)
    async with reads.of(query, schedules.NAME, configuration.NAME) as connection:
        rows = [
            row
            for row in await every(schedules.SCHEDULE, connection)
            if query.schedule in (None, row.schedule_id)
            if query.team in (None, row.team_id)
        ]
        if query.schedule and not rows and query.team is None:
            raise ScheduleNotFound(f"No such schedule: {query.schedule}.")
        rotas = await rotas_around(connection, at, at, query.schedule)
        names = await names_of_people(connection)
    found = await asyncio.to_thread(everywhere, rows, rotas, at, names)
    return OnCallList(
        at=at,
        schedules=[
            view
            for view in found
            if query.responder is None
            or any(duty.responder_id == query.responder for duty in view.now.on_call)
        ],
    )


def instant_of(query: ReadQuery, now: datetime) -> datetime:
    """Return the instant that is meant where none is named: that of the past, or now."""
    return query.as_of if isinstance(query.as_of, datetime) else now


def shifts_in(rota: Rota, window: TimeWindow, names: Named) -> list[ShiftView]:
    """Return the shifts of a schedule in a window. It may take a while: not on the event loop."""
    return [shift_view(rota, shift, names) for shift in shifts(rota, window.begin, window.end)]


def everywhere(
    rows: Iterable[ScheduleRow], rotas: Mapping[str, Rota], at: datetime, names: Named
) -> list[OnCallView]:
    """Return who is on call in these schedules. It may take a while: not on the event loop."""
    return [on_call_in(row, rotas[row.schedule_id], at, names) for row in rows]


def on_call_in(row: ScheduleRow, rota: Rota, at: datetime, names: Named) -> OnCallView:
    """Return who is on call in one schedule, and who is next."""
    following = next_on_call(rota, at)
    return OnCallView(
        schedule_id=row.schedule_id,
        schedule_name=row.name,
        team_id=row.team_id,
        zone=row.zone,
        now=shift_view(rota, on_call(rota, at), names),
        next=None if following is None else shift_view(rota, following, names),
    )


async def names_of_people(reader: Reader) -> Named:
    """Return what everybody is called who can be paged."""
    return {one.responder_id: one.name for one in await every(configuration.RESPONDER, reader)}
