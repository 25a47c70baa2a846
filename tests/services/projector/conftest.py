"""Incidents that wait for Temporal, and a relay whose line can be cut."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from temporalio import activity

from activities.delivery.delivering import Delivering
from activities.payloads import (
    DELIVER,
    DeliveryInput,
    DeliveryOutcome,
    DeliveryState,
)
from activities.recording import Recording
from events.actor import Actor
from events.handle import handle
from events.ids import (
    EscalationPolicyId,
    IncidentId,
    PageId,
    incident_stream,
    page_id_for,
    page_stream,
)
from events.incident.commands import DeclareIncident, IncidentCommand
from events.incident.decide import incident_decider
from events.log.postgres import PostgresLog
from events.log.queues.inbox import DeferredCommand, InboxEntry, InboxState, PostgresInbox
from events.log.queues.outbox import PostgresOutbox
from events.log.recorded import Metadata, OutboxEntry
from events.log.refusals import PostgresRefusals
from services.channels import delivering
from services.commanding.accepted import WaitingAnswers
from services.commanding.deferred import deferred
from services.projector.deferred_commands import DeferredCommands
from services.projector.fallback_pager import FallbackPager
from services.projector.starts import Starts
from services.settings import Settings
from services.temporal.client import client_of
from services.temporal.task_queues import somebody_works
from services.worker.workers import incident_worker
from tests.eventually import eventually
from tests.fakes.mail_server import MailServer, mail_server
from tests.harness import OnServers, now
from tests.servers import Database
from tests.services.projector.line import Line
from tests.temporal_servers import TemporalServer
from workflows.ids import START_INCIDENT_WORKFLOW, incident_workflow_id
from workflows.messages import IncidentCommandEnvelope, IncidentInput

ANA = Actor(principal="api_key:desk", is_admin=False)
METADATA = Metadata(principal="api_key:desk")
GRACE, PATIENCE = timedelta(seconds=60), timedelta(minutes=5)
PATIENT = timedelta(milliseconds=100)  # the relay, before it warns
POLICY = EscalationPolicyId("payments")
DIGEST = hashlib.sha256(b"a test").digest()


class Mailbox:
    """Where pages go."""

    @activity.defn(name=DELIVER)
    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        return DeliveryOutcome(state=DeliveryState.SENT, attempts=1, provider_id=None)


@dataclass(kw_only=True)
class Relay(OnServers):
    """The relay's two halves, one step at a time."""

    line: Line  # which `temporal` does not go through
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

    async def settled(self, command_id: UUID, commands: DeferredCommands) -> InboxEntry:
        """Relay until the command is carried out or refused."""

        async def settled() -> InboxEntry | None:
            await commands.relay()
            entry = await self.outcome(command_id)
            return entry if entry.state is not InboxState.WAITING else None

        return await eventually(f"command {command_id} is settled", settled)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        recording = Recording(self.log, WaitingAnswers(self.inbox))
        async with incident_worker(self.temporal, recording, Mailbox()):
            yield


@pytest.fixture
async def relay(log: PostgresLog, temporal: TemporalServer) -> AsyncIterator[Relay]:
    """A relay whose line to Temporal is cut at first, and which warns after a moment."""
    line = Line(temporal.address)
    client = await client_of(line.address, temporal.namespace)
    outbox, inbox = PostgresOutbox(log.database), PostgresInbox(log.database)
    refusals = PostgresRefusals(log.database)
    yield Relay(
        log=log,
        line=line,
        temporal=await temporal.client(),
        starts=Starts(log, outbox, client, patience=PATIENT),
        commands=DeferredCommands(log, inbox, refusals, client),
        inbox=inbox,
        refusals=refusals,
    )
    await line.cut()


@dataclass(kw_only=True)
class Night:
    """An incident that nobody is paged for, a pager that will, and a mail server to see it on."""

    relay: Relay
    database: Database
    mail: MailServer
    delivering: Delivering
    incident_id: IncidentId
    works: bool | None = False  # None: Temporal is asked
    gone_by: timedelta = field(default_factory=timedelta)

    def __post_init__(self) -> None:
        self.pager = self.another_pager()

    def another_pager(self) -> FallbackPager:
        async def somebody(clock: Callable[[], datetime]) -> bool:
            if self.works is None:
                return await somebody_works(self.relay.temporal, clock)
            return self.works

        return FallbackPager(
            self.relay.log,
            self.relay.log.database,
            self.relay.inbox,
            self.delivering,
            somebody_works=somebody,
            grace=GRACE,
            clock=lambda: now() + self.gone_by,
        )

    @property
    def page_id(self) -> PageId:
        return page_id_for(self.incident_id, 1)

    @property
    def mailed(self) -> list[str]:
        return [str(mail["to"]).partition("@")[0] for mail in self.mail.mails]

    async def after(self, seconds: float) -> int:
        """Return what the pager does so long after the declaration."""
        self.gone_by = timedelta(seconds=seconds)
        return await self.pager.look()

    async def happened(self) -> list[str]:
        return await self.relay.happened(page_stream(self.page_id))


@pytest.fixture
async def night(
    relay: Relay, database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Night]:
    await relay.policy("ada", "ben", escalation_timeout=PATIENCE.total_seconds(), name=POLICY)
    async with mail_server() as mail:
        monkeypatch.setenv("TOCSIN_SMTP_PORT", str(mail.port))
        told = Settings(link_key=SecretStr("a key of the tests that is long enough"))
        yield Night(
            relay=relay,
            database=database,
            mail=mail,
            delivering=delivering(relay.log, told),
            incident_id=await relay.declare(),
        )
