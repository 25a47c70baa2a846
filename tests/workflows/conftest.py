"""A worker on the real servers, and the commands a test gives to incidents and pages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError

from activities.payloads import DELIVER, DeliveryInput, DeliveryOutcome, DeliveryState
from activities.recording import Recording
from events.actor import Actor
from events.configuration.escalation_policy import (
    DefineEscalationPolicy,
    Level,
    escalation_policy_decider,
)
from events.configuration.responder import (
    ContactMethod,
    RegisterResponder,
    responder_decider,
)
from events.handle import handle
from events.ids import (
    EscalationPolicyId,
    IncidentId,
    PageId,
    ResponderId,
    escalation_policy_stream,
    incident_stream,
    page_id_for,
    page_stream,
    responder_stream,
)
from events.incident.commands import AcknowledgeIncident, DeclareIncident, IncidentCommand
from events.incident.decide import incident_decider
from events.incident.phases import PhaseDeadline
from events.log.inbox import PostgresInbox
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from events.log.store import Log
from events.response_policy.policy import CapturedPolicy
from events.severity import Severity
from services.commanding.accepted import WaitingAnswers
from services.worker.workers import SANDBOX, incident_worker
from tests.eventually import LONG, eventually
from workflows.ids import (
    COMMAND,
    INCIDENT_QUEUE,
    INCIDENT_WORKFLOW,
    incident_workflow_id,
)
from workflows.messages import (
    CommandAnswer,
    IncidentCommandEnvelope,
    IncidentInput,
)

ADMIN = Actor(principal="api_key:test", is_admin=True)
ADA = Actor(principal="responder:ada", responder_id=ResponderId("ada"))
GRACE = Actor(principal="responder:grace", responder_id=ResponderId("grace"))
METADATA = Metadata(principal="api_key:test")


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Outbox:
    """Where sent pages land; it can be told to fail, to hang, to hold back, to lose an answer."""

    sent: list[DeliveryInput] = field(default_factory=list)
    failing: bool = False
    hanging: bool = False
    holding_back: str | None = None  # why
    losing: int = 0  # answers: the message is taken, and nobody hears of it

    @activity.defn(name=DELIVER)
    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        if self.failing:
            raise ApplicationError("no", 3, "http_404", type="DeliveryRefused", non_retryable=True)
        while self.hanging:  # noqa: ASYNC110  the provider takes its time
            await asyncio.sleep(0.05)
        if self.holding_back:
            return DeliveryOutcome(
                state=DeliveryState.SUPPRESSED, attempts=1, reason=self.holding_back
            )
        self.sent.append(task)
        if self.losing:
            self.losing -= 1
            raise ApplicationError("lost", 1, "timeout", type="OutcomeUnknown")
        return DeliveryOutcome(state=DeliveryState.SENT, attempts=1, provider_id="m-1")


@dataclass
class Harness:
    """Everything a workflow test touches."""

    client: Client
    log: PostgresLog
    outbox: Outbox

    async def responder(self, name: str) -> None:
        responder_id = ResponderId(name)
        command = RegisterResponder(
            responder_id=responder_id,
            name=name.title(),
            contact_methods=(ContactMethod(channel="email", address=f"{name}@example.com"),),
            actor=ADMIN,
            at=now(),
        )
        await self._handle(responder_decider, responder_stream(responder_id), command)

    async def policy(self, *levels: str, escalation_timeout: float = 0.5, repeats: int = 0) -> str:
        """Define a policy with one responder a level; seconds of escalation timeout."""
        for name in levels:
            await self.responder(name)
        policy_id = EscalationPolicyId(f"policy-{uuid4().hex[:8]}")
        command = DefineEscalationPolicy(
            escalation_policy_id=policy_id,
            name="Test",
            levels=tuple(
                Level(
                    responder_ids=(ResponderId(name),),
                    escalation_timeout=timedelta(seconds=escalation_timeout),
                )
                for name in levels
            ),
            repeats=repeats,
            actor=ADMIN,
            at=now(),
        )
        stream = escalation_policy_stream(policy_id)
        await self._handle(escalation_policy_decider, stream, command)
        return policy_id

    async def declare(
        self,
        policy_id: str | None = None,
        deadlines: tuple[PhaseDeadline, ...] = (),
        severity: Severity | None = None,
        response: CapturedPolicy | None = None,
    ) -> IncidentId:
        incident_id = IncidentId(uuid4())
        command = DeclareIncident(
            incident_id=incident_id,
            reference=f"INC-{await self.log.next_reference()}",
            title="Checkout fails",
            summary="5xx above 5%",
            service_id=None,
            severity=severity,
            escalation_policy_id=EscalationPolicyId(policy_id) if policy_id else None,
            deadlines=deadlines,
            actor=ADMIN,
            at=now(),
            policy=response,
        )
        await self._handle(incident_decider, incident_stream(incident_id), command)
        await self.start(incident_id)
        return incident_id

    async def start(self, incident_id: IncidentId) -> None:
        await self.client.start_workflow(
            INCIDENT_WORKFLOW,
            IncidentInput(incident_id=incident_id),
            id=incident_workflow_id(incident_id),
            task_queue=INCIDENT_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )

    async def give(
        self, incident_id: IncidentId, command: IncidentCommand, **changes: Any
    ) -> CommandAnswer:
        envelope = IncidentCommandEnvelope(
            command_id=uuid4(),
            request_digest=digest(command),
            metadata=METADATA,
            command=command,
        ).model_copy(update=changes)
        return await self._update(self.incident(incident_id), envelope)

    async def answer(self, incident_id: IncidentId, actor: Actor, number: int = 1) -> CommandAnswer:
        """Answer a page, as the link in its message does."""
        page_id = self.page_of(incident_id, number)
        return await self.give(
            incident_id, AcknowledgeIncident(actor=actor, at=now(), page_id=page_id)
        )

    async def _update(
        self,
        handle_: WorkflowHandle[Any, Any],
        envelope: IncidentCommandEnvelope,
    ) -> CommandAnswer:
        async with asyncio.timeout(LONG):
            answer: CommandAnswer = await handle_.execute_update(
                COMMAND, envelope, id=str(envelope.command_id), result_type=CommandAnswer
            )
        return answer

    def incident(self, incident_id: IncidentId) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(incident_workflow_id(incident_id))

    def page_of(self, incident_id: IncidentId, number: int = 1) -> PageId:
        return page_id_for(incident_id, number)

    async def happened(self, stream: str) -> list[str]:
        return [event.type for event in await self.log.read_stream(stream)]

    async def happens(self, stream: str, event_type: str, seconds: float = LONG) -> None:
        """Wait until the stream holds such an event."""

        async def there() -> bool:
            return event_type in await self.happened(stream)

        await eventually(f"{event_type} in {stream}", there, seconds)

    async def incident_happens(self, incident_id: IncidentId, event_type: str) -> None:
        await self.happens(incident_stream(incident_id), event_type)

    async def page_happens(self, incident_id: IncidentId, event_type: str, number: int = 1) -> None:
        await self.happens(page_stream(self.page_of(incident_id, number)), event_type)

    @asynccontextmanager
    async def working(self, *, cached: int = 100, log: Log | None = None) -> AsyncIterator[None]:
        """Run the workers while inside; `log` stands in for their way to the log."""
        recording = Recording(log or self.log, WaitingAnswers(PostgresInbox(self.log.database)))
        async with incident_worker(
            self.client, recording, self.outbox, cached=cached, runner=SANDBOX
        ):
            yield

    async def _handle(self, decider: Any, stream: str, command: Any) -> None:
        await handle(
            self.log,
            decider,
            stream,
            command,
            command_id=uuid4(),
            request_digest=bytes.fromhex(digest(command)),
            metadata=METADATA,
        )


def digest(command: object) -> str:
    return sha256(repr(command).encode()).hexdigest()


@pytest.fixture
async def idle_harness(temporal_client: Client, log: PostgresLog) -> Harness:
    """Harness without a worker."""
    return Harness(client=temporal_client, log=log, outbox=Outbox())


@pytest.fixture
async def harness(idle_harness: Harness) -> AsyncIterator[Harness]:
    """Harness with a worker."""
    async with idle_harness.working():
        yield idle_harness
