"""Two teams and what they own, in a log: Payments owns the shop, Billing the invoices.

Grace manages Payments, Ben and Mia are in it, and Ben is on call; Omar manages Billing; Ada is in
no team.
"""

import zlib
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from events.actor import Actor
from events.aggregate import Aggregate
from events.configuration.escalation_policy import AGGREGATE as ESCALATION_POLICY
from events.configuration.escalation_policy import DefineEscalationPolicy
from events.configuration.heartbeat import AGGREGATE as HEARTBEAT
from events.configuration.heartbeat import DefineHeartbeat, HeartbeatId
from events.configuration.integration import AGGREGATE as INTEGRATION
from events.configuration.integration import CreateIntegration
from events.configuration.responder import AGGREGATE as RESPONDER
from events.configuration.responder import ContactMethod, RegisterResponder
from events.configuration.team import AGGREGATE as TEAM
from events.configuration.team import DefineTeam, Member
from events.escalation.level import Level
from events.escalation.target import Target
from events.handle import handle
from events.ids import (
    EscalationPolicyId,
    IntegrationId,
    MaintenanceWindowId,
    OverrideId,
    ResponderId,
    ScheduleId,
    ServiceId,
    StatusPageId,
    TeamId,
)
from events.incident.phases import DEFAULT_DEADLINES
from events.log.intake.arrivals import Message
from events.log.recorded import Metadata
from events.log.store import Log
from events.maintenance_window.commands import DefineMaintenanceWindow
from events.maintenance_window.decide import AGGREGATE as MAINTENANCE_WINDOW
from events.on_call.layer import Layer, Rotation
from events.on_call.rota import HolidayCalendar
from events.schedule.commands import DefineSchedule, MakeOverride
from events.schedule.decide import AGGREGATE as SCHEDULE
from events.service.commands import DefineService
from events.service.decide import AGGREGATE as SERVICE
from events.status_page.commands import DefineStatusPage
from events.status_page.decide import AGGREGATE as STATUS_PAGE
from services.api.intake.keeping.envelope import Envelope

NOW: Final = datetime.now(UTC)
BY: Final[dict[str, Any]] = {"actor": Actor(principal="tests"), "at": NOW}
PEOPLE: Final = ("grace", "ben", "mia", "omar", "ada")
OVERRIDE: Final = OverrideId(UUID(int=7))  # of the schedule `shop`: nobody for Ben, tomorrow
BEN_ALONE: Final = Layer(
    layer_id="ben",
    name="Ben",
    rotation=Rotation(
        slots=((ResponderId("ben"),),), first_hand_off=date(2026, 1, 1), hand_off_at=time(9)
    ),
)
ARRIVED: Final = Message(  # from the integration `shop`
    arrival_id=UUID(int=1),
    at=NOW,
    integration_id="shop",
    source="generic",
    size=2,
    kept=2,
    sha256=sha256(b"{}").digest(),
    content=zlib.compress(msgspec.msgpack.encode(Envelope(body=b"{}"))),
)
OWNERS: Final = {"shop": "payments", "invoices": "billing", "attic": None}  # by what they own


async def given(log: Log, aggregate: Aggregate, identity: str, command: object) -> None:
    """Have a command carried out, whoever might give it."""
    await handle(
        log,
        aggregate.decider,
        aggregate.stream(identity),
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="tests"),
    )


async def responder(log: Log, name: str) -> None:
    """Register somebody, who has an address for mail."""
    known = ResponderId(name)
    mail = ContactMethod(channel="email", address=f"{name}@example.com")
    command = RegisterResponder(
        responder_id=known, name=name.title(), contact_methods=(mail,), **BY
    )
    await given(log, RESPONDER, name, command)


async def team(log: Log, name: str, managers: str, members: str = "", **more: Any) -> None:
    """Set a team, or set it anew; its people are words."""
    people = [Member(responder_id=ResponderId(one), manager=True) for one in managers.split()]
    people += [Member(responder_id=ResponderId(one), manager=False) for one in members.split()]
    command = DefineTeam(
        team_id=TeamId(name), name=name.title(), members=tuple(people), **more, **BY
    )
    await given(log, TEAM, name, command)


async def service(log: Log, name: str, owner: str | None) -> None:
    """Set a service, or give it to another team."""
    command = DefineService(
        service_id=ServiceId(name),
        name=name.title(),
        escalation_policy_id=None,
        deadlines=DEFAULT_DEADLINES,
        team_id=TeamId(owner) if owner else None,
        **BY,
    )
    await given(log, SERVICE, name, command)


async def owned(log: Log, name: str, owner: str | None) -> None:
    """Have one of everything that can be owned, all of one name."""
    await service(log, name, owner)
    team_id = TeamId(owner) if owner else None
    things: list[tuple[Aggregate, Any]] = [
        (
            INTEGRATION,
            CreateIntegration(
                integration_id=IntegrationId(name),
                name=name,
                service_id=ServiceId(name),
                secret_hash="0" * 64,
                **BY,
            ),
        ),
        (
            SCHEDULE,
            DefineSchedule(
                schedule_id=ScheduleId(name),
                name=name,
                team_id=team_id,
                zone="UTC",
                layers=(BEN_ALONE,),
                holidays=HolidayCalendar(),
                **BY,
            ),
        ),
        (
            ESCALATION_POLICY,
            DefineEscalationPolicy(
                escalation_policy_id=EscalationPolicyId(name),
                name=name,
                levels=(
                    Level(
                        targets=(Target(responder_id=ResponderId("ben")),),
                        escalation_timeout=timedelta(minutes=5),
                    ),
                ),
                repeats=0,
                team_id=team_id,
                **BY,
            ),
        ),
        (
            HEARTBEAT,
            DefineHeartbeat(
                heartbeat_id=HeartbeatId(name),
                name=name,
                integration_id=IntegrationId(name),
                interval_seconds=60,
                grace_seconds=60,
                severity=None,
                message=None,
                team_id=None,
                **BY,
            ),
        ),
        (
            MAINTENANCE_WINDOW,
            DefineMaintenanceWindow(
                maintenance_window_id=MaintenanceWindowId(name),
                name=name,
                reason="Work",
                service_ids=(ServiceId(name),),
                conditions=(),
                starts_at=NOW,
                ends_at=NOW + timedelta(days=2),
                recurrence=None,
                **BY,
            ),
        ),
        (
            STATUS_PAGE,
            DefineStatusPage(
                status_page_id=StatusPageId(name),
                name=name,
                team_id=team_id,
                components=(),
                **BY,
            ),
        ),
    ]
    for aggregate, command in things:
        await given(log, aggregate, name, command)


async def set_up(log: Log) -> None:
    """Have the people, their teams and what these own."""
    for name in PEOPLE:
        await responder(log, name)
    await team(log, "payments", "grace", "ben mia", members_may_override=False)
    await team(log, "billing", "omar")
    for name, owner in OWNERS.items():
        await owned(log, name, owner)
    off = MakeOverride(
        schedule_id=ScheduleId("shop"),
        override_id=OVERRIDE,
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=2),
        off=ResponderId("ben"),
        on=None,
        reason=None,
        **BY,
    )
    await given(log, SCHEDULE, "shop", off)
