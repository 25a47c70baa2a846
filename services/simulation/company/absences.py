"""Absences: people go away, and a colleague stands in for the shifts that fall into it."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Final

from events.absence.commands import EnterAbsence
from events.absence.decide import AGGREGATE as ABSENCE
from events.absence.state import Absences
from events.ids import AbsenceId, OverrideId, ResponderId, ScheduleId
from events.on_call.final import shifts
from events.schedule.commands import MakeOverride
from events.schedule.decide import AGGREGATE as SCHEDULE
from events.schedule.state import Schedule
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.world import World, person
from services.simulation.company.staff import Team

HOLIDAYS: Final = 3  # of each person, in a year
AHEAD: Final = timedelta(days=28)  # they say so
LENGTHS: Final = (5, 7, 12, 14)  # days


async def holidays(world: World, team: Team, responder_id: ResponderId) -> AsyncGenerator[Wait]:
    """Go away a few times in the span, each time said four weeks before."""
    dice = world.draws.dice("holidays", responder_id)
    days = (world.ends - world.now).days
    number = round(HOLIDAYS * days / 365 + dice.uniform(-0.4, 0.4))
    begins = sorted(dice.uniform(30, days) for _ in range(number))
    first = world.now
    for begin in begins:
        starts_at = (first + timedelta(days=begin)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        ends_at = starts_at + timedelta(days=dice.choice(LENGTHS))
        yield Wait(until=starts_at - AHEAD + timedelta(hours=dice.uniform(8, 15)))
        command = EnterAbsence(
            responder_id=responder_id,
            absence_id=AbsenceId(world.new_id()),
            starts_at=starts_at,
            ends_at=ends_at,
            actor=person(responder_id),
            at=world.now,
        )
        await world.give(ABSENCE, responder_id, command)
        for schedule_id in (team.primary, team.secondary):
            await _covered(world, team, schedule_id, command)


async def _covered(world: World, team: Team, schedule_id: ScheduleId, away: EnterAbsence) -> None:
    """Have colleagues take each shift of the one who is away."""
    schedule: Schedule = await world.state(SCHEDULE, schedule_id)
    for shift in shifts(schedule.rota, away.starts_at, away.ends_at):
        if away.responder_id not in shift.responder_ids:
            continue
        other = await _free(world, team, away.responder_id, (shift.starts_at, shift.ends_at))
        if other is None:
            continue
        command = MakeOverride(
            schedule_id=schedule_id,
            override_id=OverrideId(world.new_id()),
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            off=away.responder_id,
            on=other,
            reason="Holidays",
            actor=person(other),
            at=world.now,
        )
        await world.try_to(SCHEDULE, schedule_id, command)


async def _free(
    world: World, team: Team, away: ResponderId, when: tuple[datetime, datetime]
) -> ResponderId | None:
    """Return a colleague who is there, and on call in neither schedule, all that time."""
    busy: set[ResponderId] = {away}
    for schedule_id in (team.primary, team.secondary):
        schedule: Schedule = await world.state(SCHEDULE, schedule_id)
        busy |= {one for shift in shifts(schedule.rota, *when) for one in shift.responder_ids}
    there = []
    for one in team.people:
        absences: Absences = await world.state(ABSENCE, one)
        if one not in busy and not _is_away(absences, when):
            there.append(one)
    return world.draws.dice("covers", away, when[0]).choice(there) if there else None


def _is_away(absences: Absences, when: tuple[datetime, datetime]) -> bool:
    return any(one.starts_at < when[1] and one.ends_at > when[0] for one in absences.entered)
