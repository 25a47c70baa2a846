"""Founding: the commands that set the simulated company up, as an admin would give them."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import time, timedelta
from hashlib import sha256
from typing import Final

from events.configuration.escalation_policy import AGGREGATE as POLICY
from events.configuration.escalation_policy import DefineEscalationPolicy
from events.configuration.integration import AGGREGATE as INTEGRATION
from events.configuration.integration import CreateIntegration
from events.configuration.personal_hours import PersonalHours
from events.configuration.responder import AGGREGATE as RESPONDER
from events.configuration.responder import ContactMethod, DefineResponderHours, RegisterResponder
from events.configuration.routing_rules import AGGREGATE as ROUTING_RULES
from events.configuration.routing_rules import EVERYBODY, DefineRoutingRules
from events.configuration.team import AGGREGATE as TEAM
from events.configuration.team import DefineTeam, Member
from events.escalation.level import Level
from events.escalation.target import Target
from events.ids import ResponderId, ScheduleId
from events.incident.phases import DEFAULT_DEADLINES
from events.on_call.layer import Frequency, Layer, Rotation
from events.on_call.rota import HolidayCalendar
from events.response_policy.calendar import BusinessCalendar
from events.response_policy.commands import DefineResponsePolicy
from events.response_policy.decide import AGGREGATE as RESPONSE_POLICY
from events.response_policy.policy import DEFAULT
from events.routing.condition import Comparison, Condition
from events.routing.rule import Outcome, RoutingRule
from events.schedule.commands import DefineSchedule
from events.schedule.decide import AGGREGATE as SCHEDULE
from events.service.commands import DefineService
from events.service.decide import AGGREGATE as SERVICE
from events.values.severity import Severity
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.world import OFFICE, World, person
from services.simulation.company.names import UNREACHABLE
from services.simulation.company.staff import Company, Service, Team

LATE: Final = 0.2  # of all people begin, and end, later than the others
BACKUP: Final = "BackupSlow"
JOBS_LATE: Final = "JobsLate"
SILENT_FOR: Final = timedelta(minutes=5)  # of a level, before the next one is paged
HAND_OFF: Final = time(10)
TURN_DAYS: Final = 3  # so that nobody has all the trouble of a bad week
OPENS: Final = time(9)
CLOSES: Final = time(17)
CALENDAR_WEEK: Final = (1, 2, 3, 4, 5)


async def founded(world: World, company: Company) -> AsyncGenerator[Wait]:
    """Set everything up within the year's first minutes, one team after the other."""
    for responder_id, name in company.names.items():
        await _register(world, responder_id, name, (email_of(responder_id),))
        await _say_hours(world, responder_id)
    await _define_rules(world)
    yield Wait(until=world.in_minutes(1))
    for team in company.teams:
        await _define_team(world, team)
        yield Wait(until=world.in_minutes(1))
    for service in company.services:
        await _define_service(world, service)
        yield Wait(until=world.in_minutes(0.5))


async def disbanded(world: World, company: Company) -> None:
    """Take everybody's addresses away: whoever runs the installation from then on sends nothing.

    Rotations go on, and their hand-offs would be told of.
    """
    for responder_id, name in company.names.items():
        await _register(world, responder_id, name, ())


def email_of(responder_id: ResponderId) -> ContactMethod:
    """Return how somebody is paged during the simulation."""
    return ContactMethod(channel="email", address=f"{responder_id}@simulation.{UNREACHABLE}")


async def _register(
    world: World, responder_id: ResponderId, name: str, methods: tuple[ContactMethod, ...]
) -> None:
    command = RegisterResponder(
        responder_id=responder_id,
        name=name,
        contact_methods=methods,
        actor=OFFICE,
        at=world.now,
    )
    await world.give(RESPONDER, responder_id, command)


async def _say_hours(world: World, responder_id: ResponderId) -> None:
    """Have somebody say when they work and sleep; few work late, and nobody much."""
    late = world.draws.dice("hours", responder_id).random() < LATE
    begins, ends = (time(9), time(19)) if late else (time(8), time(18))
    hours = PersonalHours(
        zone=world.zones[responder_id],
        work_begins=begins,
        work_ends=ends,
        sleep_begins=time(23) if late else time(22),
    )
    command = DefineResponderHours(
        responder_id=responder_id, hours=hours, actor=person(responder_id), at=world.now
    )
    await world.give(RESPONDER, responder_id, command)


async def _define_rules(world: World) -> None:
    """Say what becomes of alerts: a backup wakes nobody, and a title names its service."""
    backup = RoutingRule(
        name="A backup is no incident",
        conditions=(
            Condition(field="labels.alertname", comparison=Comparison.EQUALS, values=(BACKUP,)),
        ),
        outcome=Outcome(suppress=True),
    )
    jobs = RoutingRule(
        name="Jobs of the night are for people at work to look at",
        conditions=(
            Condition(field="labels.alertname", comparison=Comparison.EQUALS, values=(JOBS_LATE,)),
        ),
        outcome=Outcome(severity=Severity.SEV3),
    )
    command = DefineRoutingRules(
        routing_rules_id=EVERYBODY, rules=(backup, jobs), actor=OFFICE, at=world.now
    )
    await world.give(ROUTING_RULES, EVERYBODY, command)


async def _define_team(world: World, team: Team) -> None:
    manager, *others = team.people
    members = (
        Member(responder_id=manager, manager=True),
        *(Member(responder_id=one, manager=False) for one in others),
    )
    command = DefineTeam(
        team_id=team.team_id, name=team.name, members=members, actor=OFFICE, at=world.now
    )
    await world.give(TEAM, team.team_id, command)
    half = len(team.people) // 2
    await _define_schedule(world, team, team.primary, team.people)
    await _define_schedule(world, team, team.secondary, (*team.people[half:], *team.people[:half]))
    await _define_policy(world, team)


async def _define_schedule(
    world: World, team: Team, schedule_id: ScheduleId, people: tuple[ResponderId, ...]
) -> None:
    monday = world.now.date() - timedelta(days=world.now.weekday() + 7)
    rotation = Rotation(
        slots=tuple((one,) for one in people),
        first_hand_off=monday,
        hand_off_at=HAND_OFF,
        frequency=Frequency.DAILY,
        every=TURN_DAYS,
    )
    command = DefineSchedule(
        schedule_id=schedule_id,
        name=f"{team.name}, {schedule_id.rpartition('-')[2]}",
        team_id=team.team_id,
        zone=team.zone,
        layers=(Layer(layer_id="turns", name="Turns", rotation=rotation),),
        holidays=HolidayCalendar(),
        actor=OFFICE,
        at=world.now,
    )
    await world.give(SCHEDULE, schedule_id, command)


async def _define_policy(world: World, team: Team) -> None:
    manager = Target(responder_id=team.people[0])
    asked = (
        Target(schedule_id=team.primary),
        Target(schedule_id=team.secondary),
        manager,
    )
    command = DefineEscalationPolicy(
        escalation_policy_id=team.escalation_policy_id,
        name=f"{team.name} on call",
        levels=tuple(Level(targets=(one,), escalation_timeout=SILENT_FOR) for one in asked),
        repeats=1,
        on_exhausted=(manager,),
        team_id=team.team_id,
        actor=OFFICE,
        at=world.now,
    )
    await world.give(POLICY, team.escalation_policy_id, command)


async def _define_service(world: World, service: Service) -> None:
    command = DefineService(
        service_id=service.service_id,
        name=service.name,
        escalation_policy_id=service.team.escalation_policy_id,
        deadlines=DEFAULT_DEADLINES,
        team_id=service.team.team_id,
        actor=OFFICE,
        at=world.now,
    )
    await world.give(SERVICE, service.service_id, command)
    calendar = BusinessCalendar(
        zone=service.team.zone, weekdays=CALENDAR_WEEK, opens=OPENS, closes=CLOSES, holidays=()
    )
    policy = DefineResponsePolicy(
        service_id=service.service_id,
        policy=replace(DEFAULT, calendar=calendar),
        actor=OFFICE,
        at=world.now,
    )
    await world.give(RESPONSE_POLICY, service.service_id, policy)
    secret = sha256(f"{world.draws.seed}:{service.integration_id}".encode()).hexdigest()
    monitor = CreateIntegration(
        integration_id=service.integration_id,
        name=f"Monitor of {service.name}",
        service_id=service.service_id,
        secret_hash=secret,  # of no key that anybody has
        actor=OFFICE,
        at=world.now,
    )
    await world.give(INTEGRATION, service.integration_id, monitor)
