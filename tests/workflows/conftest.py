"""A worker on the real servers, and the commands a test gives to incidents and pages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ApplicationError

from activities.payloads import DELIVER, DeliveryInput, DeliveryOutcome, DeliveryState
from activities.recording import Recording
from events.actor import Actor
from events.ids import (
    EscalationPolicyId,
    IncidentId,
    PageId,
    incident_stream,
    page_id_for,
    page_stream,
)
from events.incident.commands import AcknowledgeIncident, DeclareIncident, IncidentCommand
from events.incident.decide import incident_decider
from events.incident.phases import PhaseDeadline
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.log.store import Log
from events.response_policy.policy import CapturedPolicy
from events.values.severity import Severity
from services.commanding.accepted import WaitingAnswers
from services.worker.workers import SANDBOX, incident_worker
from tests.eventually import LONG
from tests.harness import ADMIN, METADATA, OnServers, digest, now
from workflows.ids import (
    COMMAND,
    incident_workflow_id,
)
from workflows.messages import (
    CommandAnswer,
    IncidentCommandEnvelope,
)


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


@dataclass(kw_only=True)
class Harness(OnServers):
    """Everything a workflow test touches."""

    outbox: Outbox

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
        await self.store(incident_decider, incident_stream(incident_id), command)
        await self.start(incident_id)
        return incident_id

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
        return self.temporal.get_workflow_handle(incident_workflow_id(incident_id))

    def page_of(self, incident_id: IncidentId, number: int = 1) -> PageId:
        return page_id_for(incident_id, number)

    async def incident_happens(self, incident_id: IncidentId, event_type: str) -> None:
        await self.happens(incident_stream(incident_id), event_type)

    async def page_happens(self, incident_id: IncidentId, event_type: str, number: int = 1) -> None:
        await self.happens(page_stream(self.page_of(incident_id, number)), event_type)

    @asynccontextmanager
    async def working(self, *, cached: int = 100, log: Log | None = None) -> AsyncIterator[None]:
        """Run the workers while inside; `log` stands in for their way to the log."""
        recording = Recording(log or self.log, WaitingAnswers(PostgresInbox(self.log.database)))
        async with incident_worker(
            self.temporal, recording, self.outbox, cached=cached, runner=SANDBOX
        ):
            yield


@pytest.fixture
async def idle_harness(temporal_client: Client, log: PostgresLog) -> Harness:
    """Harness without a worker."""
    return Harness(temporal=temporal_client, log=log, outbox=Outbox())


@pytest.fixture
async def harness(idle_harness: Harness) -> AsyncIterator[Harness]:
    """Harness with a worker."""
    async with idle_harness.working():
        yield idle_harness
