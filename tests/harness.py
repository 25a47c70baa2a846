"""What every harness does with a real log and a real Temporal: set up, start, wait for an event."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from events.actor import Actor
from events.configuration.escalation_policy import (
    DefineEscalationPolicy,
    escalation_policy_decider,
)
from events.configuration.notification_rules import (
    EVERY_WAY_AT_ONCE,
    NotificationRules,
    QuietHours,
)
from events.configuration.responder import (
    ContactMethod,
    RegisterResponder,
    responder_decider,
)
from events.escalation.level import Level
from events.escalation.target import people
from events.handle import handle
from events.ids import (
    EscalationPolicyId,
    IncidentId,
    ResponderId,
    escalation_policy_stream,
    responder_stream,
)
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from tests.eventually import LONG, eventually
from workflows.ids import INCIDENT_QUEUE, INCIDENT_WORKFLOW, incident_workflow_id
from workflows.messages import IncidentInput

ADMIN = Actor(principal="api_key:test", is_admin=True)
ADA = Actor(principal="responder:ada", responder_id=ResponderId("ada"))
GRACE = Actor(principal="responder:grace", responder_id=ResponderId("grace"))
METADATA = Metadata(principal="api_key:test")


def now() -> datetime:
    return datetime.now(UTC)


def digest(command: object) -> str:
    return sha256(repr(command).encode()).hexdigest()


@dataclass(kw_only=True)
class OnServers:
    """Harness on real servers: that of workflows, of the API and of the relay begin here."""

    log: PostgresLog
    temporal: Client

    async def store(self, decider: Any, stream: str, command: Any) -> None:
        """Carry a command out past the API and the workflows."""
        await handle(
            self.log,
            decider,
            stream,
            command,
            command_id=uuid4(),
            request_digest=bytes.fromhex(digest(command)),
            metadata=METADATA,
        )

    async def responder(
        self,
        name: str,
        *more: ContactMethod,
        rules: NotificationRules = EVERY_WAY_AT_ONCE,
        quiet_hours: QuietHours | None = None,
    ) -> None:
        """Register somebody who is reached by e-mail, and by what else is named."""
        responder_id = ResponderId(name)
        email = ContactMethod(channel="email", address=f"{name}@example.com")
        command = RegisterResponder(
            responder_id=responder_id,
            name=name.title(),
            contact_methods=(email, *more),
            notification_rules=rules,
            quiet_hours=quiet_hours,
            actor=ADMIN,
            at=now(),
        )
        await self.store(responder_decider, responder_stream(responder_id), command)

    async def policy(
        self, *levels: str, escalation_timeout: float = 0.5, repeats: int = 0, name: str = ""
    ) -> str:
        """Define a policy with one responder a level; seconds of escalation timeout."""
        for who in levels:
            await self.responder(who)
        policy_id = EscalationPolicyId(name or f"policy-{uuid4().hex[:8]}")
        command = DefineEscalationPolicy(
            escalation_policy_id=policy_id,
            name="Test",
            levels=tuple(
                Level(
                    targets=people([ResponderId(who)]),
                    escalation_timeout=timedelta(seconds=escalation_timeout),
                )
                for who in levels
            ),
            repeats=repeats,
            actor=ADMIN,
            at=now(),
        )
        stream = escalation_policy_stream(policy_id)
        await self.store(escalation_policy_decider, stream, command)
        return policy_id

    async def start(self, incident_id: IncidentId) -> None:
        """Start the incident's workflow, as the relay does."""
        await self.temporal.start_workflow(
            INCIDENT_WORKFLOW,
            IncidentInput(incident_id=incident_id),
            id=incident_workflow_id(incident_id),
            task_queue=INCIDENT_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )

    async def happened(self, stream: str) -> list[str]:
        """Return the types of everything that happened, in order."""
        return [event.type for event in await self.log.read_stream(stream)]

    async def happens(
        self, stream: str, event_type: str, within: float = LONG, *, times: int = 1
    ) -> None:
        """Wait until the stream holds such an event, so often."""

        async def there() -> bool:
            return (await self.happened(stream)).count(event_type) >= times

        await eventually(f"{event_type} in {stream}", there, within)
