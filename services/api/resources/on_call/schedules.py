"""Schedules: who takes turns, in which zone, and when."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Query, Response

from activities.on_call.rota_now import rota_now
from events.actor import Actor
from events.errors import CommandRejected
from events.ids import ScheduleId, TeamId, schedule_stream
from events.on_call.layer_rules import check_layers
from events.on_call.rota import Edition
from events.references import references
from events.schedule.commands import DefineSchedule, EndSchedule
from events.schedule.decide import schedule_decider
from events.schedule.refusals import ScheduleNotFound
from events.schedule.state import people_in
from projections.configuration import tables as configuration
from projections.engine.defined import every, one
from projections.on_call import schedules
from services.access.permissions import Permission
from services.api.http.formats import Name
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.configuration.contact_warnings import people_on, warnings_of_people
from services.api.resources.on_call.away import AHEAD, away_on_call
from services.api.views.on_call.schedules import (
    ScheduleBody,
    ScheduleList,
    ScheduleView,
    holidays_in,
    layers_in,
)
from services.api.writing.commands import HttpConfigurationChange, TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("on call")

SCHEDULE = "/v1/schedules/{schedule_id}"
READ = [requires(Permission.CONFIGURATION_READ)]
WRITE = [requires(Permission.TEAM_WRITE)]


@router.get("/v1/schedules", dependencies=READ)
async def list_schedules(reads: TheReads, query: Annotated[ReadQuery, Query()]) -> ScheduleList:
    """List the schedules, the ended ones too, by id."""
    async with reads.of(query, schedules.NAME) as connection:
        rows = await every(schedules.SCHEDULE, connection)
    return ScheduleList(schedules=[ScheduleView.model_validate(row) for row in rows])


@router.get(SCHEDULE, dependencies=READ)
async def show_schedule(
    response: Response, reads: TheReads, schedule_id: Name, query: Annotated[ReadQuery, Query()]
) -> ScheduleView:
    """Show a schedule; its ETag is what If-Match takes."""
    stream = schedule_stream(ScheduleId(schedule_id))
    async with reads.of(query, schedules.NAME, stream=stream) as connection:
        row = await one(schedules.SCHEDULE, connection, schedule_id)
    if row is None:
        raise ScheduleNotFound(f"No such schedule: {schedule_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    return ScheduleView.model_validate(row)


@router.put(SCHEDULE, dependencies=WRITE, response_model=Receipt)
async def define_schedule(
    schedule_id: Name, body: ScheduleBody, change: TheConfigurationChange
) -> Response:
    """Create a schedule, or replace what it says from now on; the past stays as it was."""
    command = schedule_command(schedule_id, body, change.actor, change.at)
    paged = any(slot for layer in command.layers for slot in layer.rotation.slots)
    warnings = [] if paged else [f"Nobody is ever on call in {schedule_id}: add a layer."]
    if paged:
        warnings = await _away(change, command)
        people = people_on(command.layers)
        warnings += await warnings_of_people(change.dependencies.log, people)
    async with change.dependencies.database.connection() as connection:
        policies = await every(configuration.ESCALATION_POLICY, connection)
    effects = [
        f"Escalation policy {policy.escalation_policy_id} pages by this schedule."
        for policy in policies
        if is_paged_by((*policy.levels, *policy.on_exhausted), command.schedule_id)
    ]
    return await change.receipt(
        schedule_decider, schedule_stream(command.schedule_id), command, warnings, effects
    )


async def _away(change: HttpConfigurationChange, command: DefineSchedule) -> list[str]:
    """Return who would be on call while they are away; nothing of a schedule that is refused."""
    edition = Edition(
        holds_from=command.at, zone=command.zone, layers=command.layers, holidays=command.holidays
    )
    try:
        check_layers(command.zone, command.layers, command.holidays, command.at)
    except CommandRejected:
        return []  # the change itself says why
    _, now = await rota_now(change.dependencies.log, command.schedule_id)
    rota = replace(now, editions=(edition,))  # its overrides stay, and cover that was accepted
    people, end = people_in(rota.editions, rota.overrides), command.at + AHEAD
    return await away_on_call(change.dependencies, rota, people, command.at, end)


@router.delete(SCHEDULE, dependencies=WRITE, response_model=Receipt)
async def end_schedule(schedule_id: Name, change: TheConfigurationChange) -> Response:
    """Have nobody on call in a schedule any more; what was, stays as it was."""
    command = EndSchedule(schedule_id=ScheduleId(schedule_id), actor=change.actor, at=change.at)
    async with change.dependencies.database.connection() as connection:
        policies = await every(configuration.ESCALATION_POLICY, connection)
    warnings = [
        f"Escalation policy {policy.escalation_policy_id} pages this schedule: change it."
        for policy in policies
        if is_paged_by(policy.levels, command.schedule_id)
    ]
    return await change.receipt(
        schedule_decider, schedule_stream(command.schedule_id), command, warnings
    )


def is_paged_by(levels: Iterable[object], schedule_id: ScheduleId) -> bool:
    """Return whether a level of a policy pages whoever is on call in a schedule."""
    named = (stream for level in levels for _, stream in references(level, ""))
    return schedule_stream(schedule_id) in named


def schedule_command(
    schedule_id: str, body: ScheduleBody, actor: Actor, at: datetime
) -> DefineSchedule:
    """Return the command that a body asks for."""
    return DefineSchedule(
        schedule_id=ScheduleId(schedule_id),
        name=body.name,
        team_id=TeamId(body.team_id) if body.team_id else None,
        zone=body.zone,
        layers=layers_in(body),
        holidays=holidays_in(body),
        actor=actor,
        at=at,
    )
