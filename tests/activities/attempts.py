"""A page in the log, and its activity run as Temporal runs it: attempt after attempt."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import SecretStr
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.delivery.delivering import Delivering
from activities.delivery.message import Message
from activities.delivery.provider import ContactAddress, Provider
from activities.page.ack_links import AckLinks
from activities.page.wanted import Pages
from activities.payloads import DeliveryInput, DeliveryOutcome
from activities.waiting_answers import Answers
from events.configuration.responder import ContactMethod, ResponderRegistered
from events.delivery.events import IntendedDelivery
from events.ids import (
    DeliveryId,
    EscalationPolicyId,
    IncidentId,
    PageId,
    ResponderId,
)
from events.incident.events import IncidentAcknowledged, IncidentDeclared
from events.log.codec import Codec, codec_for
from events.log.memory import MemoryLog
from events.log.queues.memory_contact_turns import MemoryTurns
from events.log.recorded import Append, Metadata
from events.page.events import (
    PageAcknowledged,
    PageLevelReached,
    PageStarted,
)
from events.page.plan import PagePlan
from events.registry import ALL_EVENTS
from events.values.severity import Severity
from tests.answers import NoAnswers, NoNews
from tests.planned import planned

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
INCIDENT, PAGE = IncidentId(UUID(int=1)), PageId(UUID(int=2))
DELIVERY = DeliveryId(UUID(int=3))
ANNA = ResponderId("anna")
ADDRESS = "anna@example.org"
KEY = SecretStr("a-key-of-the-tests-that-is-long-enough")
ORDER = DeliveryInput(kind="page", about=str(PAGE), incident_id=INCIDENT, delivery_id=DELIVERY)
CODEC: Codec[Any] = codec_for(ALL_EVENTS)

DECLARED = IncidentDeclared(
    incident_id=INCIDENT,
    reference="INC-1042",
    title="Checkout\nis down",
    summary="Payments fail.",
    service_id=None,
    severity=Severity.SEV1,
    escalation_policy_id=EscalationPolicyId("primary"),
    deadlines=(),
    declared_by="api_key:demo",
    declared_at=NOON,
)
LEVEL = planned(ANNA)
STARTED = PageStarted(
    page_id=PAGE,
    incident_id=INCIDENT,
    reference="INC-1042",
    plan=PagePlan(escalation_policy_id=EscalationPolicyId("primary"), levels=(LEVEL,), repeats=1),
    started_at=NOON,
)
INTENDED = IntendedDelivery(delivery_id=DELIVERY, responder_id=ANNA, channel="email", address=0)
REACHED = PageLevelReached(
    page_id=PAGE, incident_id=INCIDENT, round=1, level=1, deliveries=(INTENDED,), reached_at=NOON
)
ACKNOWLEDGED = PageAcknowledged(
    page_id=PAGE,
    incident_id=INCIDENT,
    acknowledged_by="responder:anna",
    responder_id=ANNA,
    via="link",
    acknowledged_at=NOON,
)
INCIDENT_ACKNOWLEDGED = IncidentAcknowledged(
    incident_id=INCIDENT, acknowledged_by="responder:ben", acknowledged_at=NOON
)


def registered(*methods: ContactMethod) -> ResponderRegistered:
    return ResponderRegistered(
        responder_id=ANNA,
        name="Anna Ek",
        contact_methods=methods,
        registered_by="api_key:demo",
        registered_at=NOON,
    )


async def record(log: MemoryLog, stream: str, *events: object) -> None:
    await log.append(
        Append(
            stream=stream,
            command_id=uuid4(),
            request_digest=bytes(32),
            expected_version=None,
            events=tuple(CODEC.encode(event) for event in events),
            metadata=Metadata(principal="test"),
        )
    )


@dataclass
class FakeProvider(Provider):
    """Takes messages, or fails as told, in round."""

    failures: list[Exception] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    NAME = "email"
    Address = ContactAddress

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        self.messages.append(message)
        if self.failures:
            raise self.failures.pop(0)
        return "4F0A1B"


@dataclass
class Attempts:
    """Runs the activity as Temporal does: attempt after attempt, with the last heartbeat."""

    delivering: Delivering
    number: int = 0
    heartbeat: list[Any] = field(default_factory=list)

    async def next(self, order: DeliveryInput = ORDER) -> DeliveryOutcome | ApplicationError:
        self.number += 1
        environment = ActivityEnvironment()
        environment.info = replace(
            environment.info, attempt=self.number, heartbeat_details=self.heartbeat
        )
        environment.on_heartbeat = self._beat
        try:
            return await environment.run(self.delivering.deliver, order)
        except ApplicationError as error:
            return error

    def vanish(self) -> None:
        """An attempt whose worker died: no heartbeat, no answer."""
        self.number += 1

    def _beat(self, *details: Any) -> None:
        self.heartbeat = list(details)


def attempts(
    log: MemoryLog, *failures: Exception, answers: Answers | None = None
) -> tuple[Attempts, FakeProvider]:
    provider = FakeProvider(failures=list(failures))
    return Attempts(delivering_with(log, provider, answers)), provider


def delivering_with(
    log: MemoryLog,
    provider: Provider,
    answers: Answers | None = None,
    turns: MemoryTurns | None = None,
) -> Delivering:
    pages = Pages(
        log, CODEC, AckLinks(KEY), answers or NoAnswers(), public_url="https://tocsin.test/"
    )
    return Delivering({provider.NAME: provider}, [pages], turns or MemoryTurns(), NoNews(), KEY)


def failed(result: DeliveryOutcome | ApplicationError) -> ApplicationError:
    assert isinstance(result, ApplicationError)
    return result
