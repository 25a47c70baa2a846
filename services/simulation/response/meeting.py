"""Meeting: how a simulated team talks a postmortem over, before others read it."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any, Final

from events.ids import ResponderId
from events.postmortem.decide import AGGREGATE as POSTMORTEM
from events.postmortem.meeting.agenda import DEFAULT_AGENDA, length_of
from events.postmortem.meeting.commands import (
    EndMeeting,
    NoteInMeeting,
    ScheduleMeeting,
    TickAttendance,
)
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.world import person
from services.simulation.company.hours import in_work_hours
from services.simulation.response.case import Case

AHEAD: Final = 4.0  # hours of notice
MOVED: Final = 0.15
BY: Final = timedelta(minutes=30)
ABSENT: Final = 0.15
ITEM: Final = 4  # of the agenda: what will be done


async def scheduled(case: Case) -> datetime:
    """Invite whoever had to do with it and the team's manager; return when it begins."""
    starts_at = in_work_hours(case.world, case.zone, AHEAD)
    await _gives(case, await _invitation(case, starts_at))
    return starts_at


async def held(case: Case, starts_at: datetime) -> AsyncGenerator[Wait]:
    """Wait for it, see who comes, and keep what was said."""
    if case.happens(MOVED, "meeting moved"):
        starts_at = max(starts_at, case.world.now) + BY
        await _gives(case, await _invitation(case, starts_at))
    yield Wait(until=starts_at + length_of(DEFAULT_AGENDA))
    world, by = case.world, person(case.lead)
    for who in await _people(case):
        if who == case.lead or not case.happens(ABSENT, "absent", who):
            await _gives(case, TickAttendance(attendee_id=who, actor=by, at=world.now))
    first, *_ = case.failure.kind.items
    note = NoteInMeeting(
        text_id=world.new_id(),
        item=ITEM,
        text=f"{first[1]} comes before everything else.",
        actor=by,
        at=world.now,
    )
    await _gives(case, note)
    await _gives(case, EndMeeting(actor=by, at=world.now))


async def _invitation(case: Case, starts_at: datetime) -> ScheduleMeeting:
    incident = await case.state()
    return ScheduleMeeting(
        starts_at=starts_at,
        place="The team's usual room",
        facilitator_id=case.failure.service.team.people[0],
        invited_ids=await _people(case),
        incident_began_at=incident.timestamps.began or case.failure.began_at,
        actor=person(case.lead),
        at=case.world.now,
    )


async def _people(case: Case) -> tuple[ResponderId, ...]:
    manager = case.failure.service.team.people[0]
    return tuple(sorted({*(await case.state()).responders, case.lead, manager}))


async def _gives(case: Case, command: Any) -> None:
    await case.world.give(POSTMORTEM, case.incident_id, command)
