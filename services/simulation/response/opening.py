"""Opening: how a simulated failure becomes an incident: by a monitor, a person, or later."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Final

from events.ids import IncidentId, ResponderId
from events.incident.backfill.commands import BackfillIncident
from events.incident.commands import CloseIncident, DeclareIncident
from events.incident.modes import Mode
from events.values.severity import Severity
from services.commanding.declaration import declare, policy_of, service_with
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.patterns import Pattern
from services.simulation.clockwork.world import World, metadata_of, person
from services.simulation.company.hours import at_work, in_work_hours, who_is_on_call
from services.simulation.response.automation import automation
from services.simulation.response.case import Case
from services.simulation.response.hero import steps_in
from services.simulation.response.relations import AGAIN, again, link, merge, part_of
from services.simulation.response.working import worked
from services.simulation.trouble.failure_kinds import FALSE_ALARMS
from services.simulation.trouble.failures import Failure, Noticed
from services.simulation.trouble.monitors import Monitors, Seen

FIRES_AFTER: Final = (1.0, 6.0)  # minutes, since the failure began
PRIVATE: Final = 0.2  # of what people declare: somebody's data is in it
LOUD: Final = frozenset({Severity.SEV1, Severity.SEV2})


async def noticed(world: World, monitors: Monitors, failure: Failure) -> AsyncGenerator[Wait]:
    """Begin when the failure begins, and have it noticed."""
    dice = world.draws.dice("noticed", failure.name)
    match failure.noticed:
        case Noticed.MONITOR | Noticed.FALSE_ALARM:
            seen = seen_of(world, failure)
            yield Wait(until=world.in_minutes(dice.uniform(*FIRES_AFTER)))
            incident_id = await monitors.fires(failure.service, seen)
            if incident_id is None:
                raise AssertionError(f"{failure.name}: a monitor's alert opened no incident")
            _begin(world, monitors, failure, incident_id, seen)
        case Noticed.PERSON | Noticed.DRILL:
            hours = dice.uniform(0.1, 0.6)
            yield Wait(until=in_work_hours(world, failure.service.team.zone, hours))
            incident_id = await _declared(world, failure, declarer(world, failure))
            _begin(world, monitors, failure, incident_id, None)
        case Noticed.LATER:
            yield Wait(until=in_work_hours(world, failure.service.team.zone, 20))
            await _entered(world, failure)


def seen_of(world: World, failure: Failure) -> Seen:
    """Return what the monitor says; of something bad it does not always know how bad it is."""
    dice = world.draws.dice("seen", failure.name)
    since = world.now
    if failure.noticed is Noticed.FALSE_ALARM:
        wrong = dice.choice(FALSE_ALARMS)
        return Seen(
            name=failure.name,
            alert=wrong.alert,
            title=wrong.title,
            severity=Severity.SEV3,
            since=since,
        )
    unknown = failure.severity in LOUD and dice.random() < 0.2  # noqa: PLR2004
    return Seen(
        name=failure.name,
        alert=failure.kind.alert,
        title=failure.kind.title,
        severity=None if unknown else failure.severity,
        since=since,
    )


def _begin(
    world: World,
    monitors: Monitors,
    failure: Failure,
    incident_id: IncidentId,
    seen: Seen | None,
) -> None:
    case = Case(world=world, monitors=monitors, failure=failure, incident_id=incident_id, seen=seen)
    world.agenda.begin(automation(world, incident_id))
    if world.shows(Pattern.HERO_CULTURE):
        world.agenda.begin(steps_in(case, world.hero))
    if second := again(case):
        world.agenda.begin(_declared_twice(case, second))
    if part := part_of(case):
        world.agenda.begin(_spread(case, part))
    world.agenda.begin(worked(case))


async def _declared_twice(case: Case, second: Failure) -> AsyncGenerator[Wait]:
    """Have somebody declare what is known already, see that, and merge the two."""
    world = case.world
    yield case.minutes(4, 9, "not seen")
    if at_work(world.now, case.zone) != world.now:  # who is not on call does not look
        return
    by = declarer(world, second)
    incident_id = await _declared(world, second, by)
    world.agenda.begin(automation(world, incident_id))
    yield case.minutes(1.5, 4, "seen")
    await merge(case, incident_id, by)


async def _spread(case: Case, part: Failure) -> AsyncGenerator[Wait]:
    """Have another service fail because of this, and the incident of it be a part of this one."""
    yield case.minutes(5, 11, "spreads")
    async for wait in case.until_taken():
        yield wait
    if (await case.state()).resolved:
        return
    incident_id = await _declared(case.world, part, case.lead)
    _begin(case.world, case.monitors, part, incident_id, None)
    yield case.minutes(0.5, 2, "links")
    await link(case, incident_id)


def declarer(world: World, failure: Failure) -> ResponderId:
    """Return who of the team declares it."""
    return world.draws.dice("declares", failure.name).choice(failure.service.team.people)


def is_private(world: World, failure: Failure) -> bool:
    """Return whether it is for few to know of: some of what people see, and no monitor does."""
    own = failure.noticed is Noticed.PERSON and failure.number < AGAIN
    return own and world.draws.dice("private", failure.name).random() < PRIVATE


async def _declared(world: World, failure: Failure, by: ResponderId) -> IncidentId:
    """Have somebody declare the incident, and return it."""
    kind = failure.kind
    service = await service_with(world.log, failure.service.service_id)
    drill = failure.noticed is Noticed.DRILL
    command = DeclareIncident(
        incident_id=IncidentId(world.new_id()),
        title=f"{failure.service.name} {kind.title}",
        summary="A drill: nothing has failed." if drill else "Customers wrote to support.",
        service_id=failure.service.service_id,
        severity=Severity.SEV2 if drill else failure.severity,
        escalation_policy_id=service.escalation_policy_id,
        deadlines=service.deadlines,
        policy=await policy_of(world.log, failure.service.service_id),
        mode=Mode.DRILL if drill else Mode.REAL,
        private=is_private(world, failure),
        began_at=None if drill else failure.began_at,
        actor=person(by),
        at=world.now,
    )
    await _stored(world, command)
    return command.incident_id


async def _entered(world: World, failure: Failure) -> None:
    """Have whoever is on call enter an incident that was handled elsewhere, and close it."""
    by = await who_is_on_call(world, failure.service.team.primary)
    dice = world.draws.dice("entered", failure.name)
    declared = failure.began_at + timedelta(minutes=round(dice.uniform(3, 20)))
    taken = declared + timedelta(minutes=round(dice.uniform(1, 5)))
    mitigated = taken + timedelta(minutes=round(dice.uniform(10, 60)))
    resolved = mitigated + timedelta(minutes=round(dice.uniform(5, 40)))
    incident_id = IncidentId(world.new_id())
    command = BackfillIncident(
        incident_id=incident_id,
        title=f"{failure.service.name} {failure.kind.title}",
        summary="It was handled in another channel.",
        service_id=failure.service.service_id,
        severity=max(failure.severity, Severity.SEV3),
        began_at=failure.began_at,
        detected_at=None,
        declared_at=declared,
        acknowledged_at=taken,
        mitigated_at=mitigated,
        mitigation_summary=failure.kind.stopped_by,
        resolved_at=resolved,
        resolution_summary=failure.kind.cause,
        postmortem=False,
        actor=person(by),
        at=world.now,
    )
    await _stored(world, command)
    case = Case(
        world=world,
        monitors=Monitors(world),
        failure=failure,
        incident_id=incident_id,
        lead=by,
    )
    await case.does(CloseIncident, reason="It was small, and is over.")


async def _stored(world: World, command: DeclareIncident | BackfillIncident) -> None:
    command_id = world.new_id()
    await declare(
        world.log,
        command,
        command_id=command_id,
        request_digest=command_id.bytes * 2,
        metadata=metadata_of(command),
    )
