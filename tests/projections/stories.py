"""Incidents to project: events put into a real log, and a runner that reads them."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4, uuid5

import asyncpg

from events.alert.events import AlertResolved, AlertTriggered
from events.delivery.events import DeliveryFailed, DeliverySent, IntendedDelivery
from events.ids import (
    AlertId,
    DeliveryId,
    EscalationPolicyId,
    IncidentId,
    IntegrationId,
    PageId,
    ResponderId,
    ServiceId,
    alert_stream,
    incident_stream,
    page_id_for,
    page_stream,
)
from events.incident.events import (
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeadlineMissed,
    IncidentDeclared,
    IncidentMitigated,
    IncidentPhaseAdvanced,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.phases import DEFAULT_DEADLINES, Phase
from events.incident.roles.events import ResponderJoined, Role, RoleAssigned
from events.incident.severity.events import IncidentTriaged
from events.incident.status_updates.events import StatusUpdatePublished
from events.log.codec import codec_for
from events.log.recorded import Append, AppendResult, Metadata
from events.log.store import Log
from events.page.events import (
    PageAcknowledged,
    PageLevelReached,
    PageStarted,
    PageTimedOut,
)
from events.page.plan import PagePlan
from events.registry import ALL_EVENTS
from events.values.severity import Impact, Scope, Severity
from projections.engine.projection import Projection
from projections.live.runner import Runner
from projections.registry import ALL_PROJECTIONS
from tests.planned import planned
from tests.servers import Database

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANA, BOB = ResponderId("ana"), ResponderId("bob")
AT_THE_DESK = Metadata(principal="api_key:desk", via="api", on_behalf_of="responder:ana")


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Story:
    """One incident's ids, and the events that can be told of it."""

    incident_id: IncidentId
    reference: str = "INC-1001"

    @property
    def page_id(self) -> PageId:
        return page_id_for(self.incident_id, 1)

    @property
    def alert_id(self) -> AlertId:
        return AlertId(uuid5(self.incident_id, "alert"))

    def delivery_id(self, responder: str) -> DeliveryId:
        return DeliveryId(uuid5(self.incident_id, f"delivery:{responder}"))

    def declared(self, title: str = "Checkout is down") -> IncidentDeclared:
        return IncidentDeclared(
            incident_id=self.incident_id,
            reference=self.reference,
            title=title,
            summary="Card payments fail with 502",
            service_id=ServiceId("checkout"),
            severity=None,
            escalation_policy_id=EscalationPolicyId("payments"),
            deadlines=DEFAULT_DEADLINES,
            declared_by="integration:prometheus",
            declared_at=at(0),
        )

    def triggered(self) -> AlertTriggered:
        return AlertTriggered(
            alert_id=self.alert_id,
            integration_id=IntegrationId("prometheus"),
            dedup_key="checkout-errors",
            incident_id=self.incident_id,
            title="CheckoutErrorRateHigh",
            labels={"severity": "critical"},
            annotations={},
            source_url=None,
            started_at=at(-1),
            triggered_at=at(0),
        )

    def alert_resolved(self) -> AlertResolved:
        return AlertResolved(
            alert_id=self.alert_id,
            incident_id=self.incident_id,
            ended_at=at(30),
            resolved_at=at(31),
        )

    def page_started(self) -> PageStarted:
        levels = tuple(planned(who, timeout=timedelta(minutes=2)) for who in (ANA, BOB))
        plan = PagePlan(
            escalation_policy_id=EscalationPolicyId("payments"), levels=levels, repeats=1
        )
        return PageStarted(
            page_id=self.page_id,
            incident_id=self.incident_id,
            reference=self.reference,
            plan=plan,
            started_at=at(0.1),
        )

    def level_reached(self, level: int, responder: ResponderId, minutes: float) -> PageLevelReached:
        delivery = IntendedDelivery(
            delivery_id=self.delivery_id(responder),
            responder_id=responder,
            channel="email",
            address=0,
        )
        return PageLevelReached(
            page_id=self.page_id,
            incident_id=self.incident_id,
            round=1,
            level=level,
            deliveries=(delivery,),
            reached_at=at(minutes),
        )

    def delivery_failed(self, responder: ResponderId) -> DeliveryFailed:
        return DeliveryFailed(
            kind="page",
            about=str(self.page_id),
            incident_id=self.incident_id,
            delivery_id=self.delivery_id(responder),
            responder_id=responder,
            channel="email",
            attempts=3,
            error="mailbox refused",
            failed_at=at(1),
        )

    def sent(self, responder: ResponderId) -> DeliverySent:
        return DeliverySent(
            kind="page",
            about=str(self.page_id),
            incident_id=self.incident_id,
            delivery_id=self.delivery_id(responder),
            responder_id=responder,
            channel="email",
            attempts=1,
            provider_id="queued-1",
            sent_at=at(2.3),
        )

    def level_silent(self) -> PageTimedOut:
        return PageTimedOut(
            page_id=self.page_id,
            incident_id=self.incident_id,
            round=1,
            level=1,
            timed_out_at=at(2.2),
        )

    def page_answered(self) -> PageAcknowledged:
        return PageAcknowledged(
            page_id=self.page_id,
            incident_id=self.incident_id,
            acknowledged_by="responder:bob",
            responder_id=BOB,
            via="link",
            acknowledged_at=at(4),
        )

    def acknowledged(self) -> IncidentAcknowledged:
        return IncidentAcknowledged(
            incident_id=self.incident_id,
            acknowledged_by="responder:bob",
            acknowledged_at=at(4),
            page_id=self.page_id,
        )

    def joined(self) -> ResponderJoined:
        return ResponderJoined(
            incident_id=self.incident_id,
            responder_id=BOB,
            added_by="responder:bob",
            joined_at=at(4),
        )

    def commander(self) -> RoleAssigned:
        return RoleAssigned(
            incident_id=self.incident_id,
            role=Role.COMMANDER,
            responder_id=BOB,
            assigned_by="responder:bob",
            assigned_at=at(5),
        )

    def deadline_missed(self) -> IncidentDeadlineMissed:
        return IncidentDeadlineMissed(
            incident_id=self.incident_id, phase=Phase.RESPONSE, due_at=at(5), missed_at=at(5)
        )

    def triaged(self) -> IncidentTriaged:
        return IncidentTriaged(
            incident_id=self.incident_id,
            impact=Impact.COMPLETE_LOSS,
            scope=Scope.WIDESPREAD,
            severity=Severity.SEV1,
            triaged_by="responder:bob",
            triaged_at=at(6),
        )

    def advanced(self, before: Phase, phase: Phase, minutes: float) -> IncidentPhaseAdvanced:
        return IncidentPhaseAdvanced(
            incident_id=self.incident_id,
            phase=phase,
            previous_phase=before,
            reason=None,
            advanced_by="responder:bob",
            advanced_at=at(minutes),
        )

    def update_published(self) -> StatusUpdatePublished:
        return StatusUpdatePublished(
            incident_id=self.incident_id,
            number=1,
            severity=Severity.SEV1,
            phase=Phase.RESPONSE,
            impact="No card payment goes through | all regions",
            current_actions="Rolling the deploy back",
            next_update_at=at(30),
            published_by="responder:bob",
            published_at=at(10),
        )

    def mitigated(self) -> IncidentMitigated:
        return IncidentMitigated(
            incident_id=self.incident_id,
            summary="Rolled back to v41",
            mitigated_by="responder:bob",
            mitigated_at=at(20),
        )

    def resolved(self) -> IncidentResolved:
        return IncidentResolved(
            incident_id=self.incident_id,
            summary="The missing index is there",
            resolved_by="responder:bob",
            resolved_at=at(45),
        )

    def reopened(self) -> IncidentReopened:
        return IncidentReopened(
            incident_id=self.incident_id,
            phase=Phase.RESPONSE,
            previous_phase=Phase.RESOLUTION,
            reason="Errors are back",
            reopened_by="responder:ana",
            reopened_at=at(50),
        )

    def closed(self) -> IncidentClosed:
        return IncidentClosed(
            incident_id=self.incident_id, closed_by="responder:ana", closed_at=at(60)
        )


def story(number: int = 1001) -> Story:
    return Story(IncidentId(uuid4()), f"INC-{number}")


async def tell(log: Log, stream: str, *events: object) -> AppendResult:
    """Append events to a stream, whatever it holds."""
    codec = codec_for(ALL_EVENTS)
    return await log.append(
        Append(
            stream=stream,
            command_id=uuid4(),
            request_digest=hashlib.sha256(b"a test").digest(),
            expected_version=None,
            events=tuple(codec.encode(event) for event in events),
            metadata=AT_THE_DESK,
        )
    )


async def tell_whole(log: Log, told: Story) -> None:
    """Append an incident from its alert to its resolution, over its three streams."""
    incident, page = incident_stream(told.incident_id), page_stream(told.page_id)
    alert = alert_stream(told.alert_id)
    await tell(log, alert, told.triggered())
    await tell(log, incident, told.declared())
    await tell(log, page, told.page_started(), told.level_reached(1, ANA, 0.2))
    await tell(log, page, told.delivery_failed(ANA), told.level_silent())
    await tell(log, page, told.level_reached(2, BOB, 2.2), told.sent(BOB), told.page_answered())
    await tell(log, incident, told.acknowledged(), told.joined(), told.commander())
    await tell(log, incident, told.deadline_missed(), told.triaged())
    await tell(log, incident, told.advanced(Phase.DETECTION, Phase.TRIAGE, 6))
    await tell(log, incident, told.advanced(Phase.TRIAGE, Phase.RESPONSE, 7))
    await tell(log, incident, told.update_published())
    await tell(log, incident, told.advanced(Phase.RESPONSE, Phase.MITIGATION, 20), told.mitigated())
    await tell(log, alert, told.alert_resolved())
    await tell(log, incident, told.advanced(Phase.MITIGATION, Phase.RESOLUTION, 45))
    await tell(log, incident, told.resolved())


@asynccontextmanager
async def projector(
    database: Database, projections: Sequence[Projection] = ALL_PROJECTIONS
) -> AsyncIterator[Runner]:
    """Yield a runner that has taken the projections over, on a connection of its own."""
    connection = await asyncpg.connect(database.projector_dsn)
    try:
        runner = Runner(connection, "a test", projections)
        await runner.start()
        yield runner
    finally:
        await connection.close()


async def catch_up(database: Database) -> None:
    """Project everything that is in the log."""
    async with projector(database) as runner:
        while await runner.step():
            pass


async def rows_of(database: Database) -> dict[str, list[str]]:
    """Return every row of every read table, as text."""
    connection = await asyncpg.connect(database.projector_dsn)
    try:
        return {
            table.name: sorted(
                row[0]
                for row in await connection.fetch(
                    f"select to_jsonb(t)::text from read.{table.name} t"
                )
            )
            for projection in ALL_PROJECTIONS
            for table in projection.TABLES
        }
    finally:
        await connection.close()


async def forget(database: Database) -> None:
    """Take every checkpoint away, so that the next runner begins at 0."""
    connection = await asyncpg.connect(database.projector_dsn)
    try:
        await connection.execute("delete from es.projection")
    finally:
        await connection.close()
