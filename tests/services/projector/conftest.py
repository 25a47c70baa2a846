"""Incidents that wait for Temporal, and a relay whose line can be cut."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from temporalio import activity
from temporalio.client import Client

from activities.orders import SEND_PAGE, SendOrder, SendOutcome, SendState
from activities.recording import Recording
from events.actor import Actor
from events.handle import handle
from events.ids import EscalationPolicyId, IncidentId, incident_stream
from events.incident.commands import DeclareIncident, IncidentCommand
from events.incident.decide import incident_decider
from events.log.inbox import DeferredCommand, InboxEntry, PostgresInbox
from events.log.outbox import PostgresOutbox
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata, OutboxEntry
from events.log.refusals import PostgresRefusals
from services.answers import WaitingAnswers
from services.deferred import deferred
from services.projector.deferred_commands import DeferredCommands
from services.projector.starts import Starts
from services.projector.temporal_client import client_of
from services.worker.workers import incident_worker
from tests.services.projector.line import Line
from tests.temporal_servers import TemporalServer
from workflows.ids import START_INCIDENT_WORKFLOW, incident_workflow_id
from workflows.messages import IncidentCommandEnvelope, IncidentInput

ANA = Actor(principal="api_key:desk", is_admin=False)
METADATA = Metadata(principal="api_key:desk")
DIGEST = hashlib.sha256(b"a test").digest()


class Mailbox:
    """Where pages go."""

    @activity.defn(name=SEND_PAGE)
    async def send(self, order: SendOrder) -> SendOutcome:
        return SendOutcome(state=SendState.SENT, attempts=1, provider_id=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """The relay's two halves, one step at a time."""

    log: PostgresLog
    line: Line
    temporal: Client  # not through the line
    starts: Starts
    commands: DeferredCommands
    inbox: PostgresInbox
    refusals: PostgresRefusals

    async def declare(self, policy: str | None = "payments") -> IncidentId:
        incident_id = IncidentId(uuid4())
        body = IncidentInput(incident_id=incident_id).model_dump_json().encode()
        await handle(
            self.log,
            incident_decider,
            incident_stream(incident_id),
            DeclareIncident(
                incident_id=incident_id,
                reference="INC-1042",
                title="Checkout is down",
                summary="",
                service_id=None,
                severity=None,
                escalation_policy_id=EscalationPolicyId(policy) if policy else None,
                deadlines=(),
                actor=ANA,
                at=datetime.now(UTC),
            ),
            command_id=uuid4(),
            request_digest=DIGEST,
            metadata=METADATA,
            outbox=(OutboxEntry(kind=START_INCIDENT_WORKFLOW, key=str(incident_id), body=body),),
        )
        return incident_id

    async def defer(self, incident_id: IncidentId, command: IncidentCommand) -> UUID:
        return (await self.inbox.put(self.command(incident_id, command))).command_id

    def command(self, incident_id: IncidentId, command: IncidentCommand) -> DeferredCommand:
        envelope = IncidentCommandEnvelope(
            command_id=uuid4(), request_digest=DIGEST.hex(), metadata=METADATA, command=command
        )
        return deferred(incident_workflow_id(incident_id), envelope)

    async def outcome(self, command_id: UUID) -> InboxEntry:
        entry = await self.inbox.find(command_id)
        assert entry is not None
        return entry

    async def happened(self, stream: str) -> list[str]:
        return [event.type for event in await self.log.read_stream(stream)]

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        recording = Recording(self.log, WaitingAnswers(self.inbox))
        async with incident_worker(self.temporal, recording, Mailbox()):
            yield


@pytest.fixture
async def relay(log: PostgresLog, temporal: TemporalServer) -> AsyncIterator[Relay]:
    """A relay whose line to Temporal is cut at first, and which warns after half a second."""
    line = Line(temporal.address)
    client = await client_of(line.address, temporal.namespace)
    outbox, inbox = PostgresOutbox(log.database), PostgresInbox(log.database)
    refusals = PostgresRefusals(log.database)
    yield Relay(
        log=log,
        line=line,
        temporal=await temporal.client(),
        starts=Starts(log, outbox, client, patience=timedelta(seconds=0.5)),
        commands=DeferredCommands(log, inbox, refusals, client),
        inbox=inbox,
        refusals=refusals,
    )
    await line.cut()
