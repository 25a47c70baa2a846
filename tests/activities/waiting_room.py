"""Messages to one phone, and a clock that is moved: who sends them tries until each has an end."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid5

from pydantic import SecretStr

from activities.delivery.delivering import Delivering
from activities.delivery.faults import DeliveryDeferred, DeliveryFault, DeliveryRefused
from activities.delivery.kind import Unwanted, Wanted
from activities.delivery.message import Message, Urgency
from activities.delivery.outbound import Outbound
from activities.delivery.provider import ContactAddress, Provider
from activities.delivery.recipient import Recipient
from activities.payloads import DeliveryInput, DeliveryOutcome, DeliveryState
from events.configuration.responder import ContactMethod
from events.delivery.events import IntendedDelivery
from events.delivery.limits import TEXT_MESSAGES, Limits
from events.ids import DeliveryId, IncidentId, ResponderId
from events.log.queues.contact_turns import ContactTurns
from events.log.queues.memory_contact_turns import MemoryTurns
from tests.activities.sample import MESSAGE

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
ADA = ResponderId("ada")
PHONE = ContactMethod(channel="phone", address="+46701740605")
FIRST = (False,)  # not a possible repeat
KEY = SecretStr("a-key-of-the-tests-that-is-long-enough")
NAMES = {Urgency.HIGHEST: "SEV1", Urgency.HIGH: "SEV2", Urgency.NORMAL: "SEV3", Urgency.LOW: "SEV4"}


class Clock:
    """What time it is."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Phone(Provider):
    """Shows what it is sent, unless told to fail."""

    NAME = "phone"
    Address = ContactAddress
    LIMITS: ClassVar[Limits | None] = TEXT_MESSAGES

    def __init__(self, clock: Clock) -> None:
        super().__init__(Outbound())
        self.clock = clock
        self.failures: list[BaseException] = []
        self.shown: list[tuple[datetime, Message]] = []

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        assert to.channel == PHONE.channel
        if self.failures:
            raise self.failures.pop(0)
        self.shown.append((self.clock.now, message))
        return f"SM{len(self.shown)}"

    @property
    def headlines(self) -> list[str]:
        return [message.headline for _, message in self.shown]


@dataclass
class Pages:
    """A kind of message whose pages are made up."""

    name = "page"
    wanted: dict[DeliveryId, Wanted] = field(default_factory=dict)
    over: set[DeliveryId] = field(default_factory=set)
    answered: list[IncidentId] = field(default_factory=list)  # while others are looked up
    looking: Callable[[DeliveryId], None] = lambda _: None

    async def now(self) -> int:
        return len(self.answered)

    async def since(self, moment: int, incidents: Collection[IncidentId]) -> frozenset[IncidentId]:
        return frozenset(self.answered[moment:]) & frozenset(incidents)

    def answer(self, incident: int) -> None:
        """Have somebody answer every page of an incident."""
        of_it = {
            key
            for key, one in self.wanted.items()
            if one.message(*FIRST).reference == f"INC-{incident}"
        }
        self.over |= of_it
        self.answered.append(IncidentId(UUID(int=incident)))

    async def find(self, task: DeliveryInput) -> Wanted | Unwanted:
        self.looking(task.delivery_id)
        if task.delivery_id in self.over:
            return Unwanted(reason="page_acknowledged")
        return self.wanted[task.delivery_id]


class WaitingRoom:
    """One phone, and everything that is to reach it."""

    def __init__(self, turns: ContactTurns | None = None) -> None:
        self.clock = Clock()
        self.phone = Phone(self.clock)
        self.pages = Pages()
        self.turns = turns or MemoryTurns(self.clock)
        self.delivering = self.another_worker()
        self.attempts: dict[DeliveryId, int] = {}
        self.due: dict[DeliveryId, datetime] = {}
        self.outcomes: dict[DeliveryId, DeliveryOutcome | str] = {}

    def another_worker(self) -> Delivering:
        return Delivering({"phone": self.phone}, [self.pages], self.turns, self.pages, KEY)

    def page(
        self,
        incident: int,
        urgency: Urgency = Urgency.HIGH,
        *,
        step: int = 1,
        to: ContactMethod = PHONE,
        first: bool | None = None,
    ) -> DeliveryId:
        """Mean a page of an incident: its first, or what follows when nobody answers."""
        delivery_id = DeliveryId(uuid5(UUID(int=incident), f"{step} {to.address}"))
        at = self.clock.now
        badge, reference = NAMES[urgency], f"INC-{incident}"

        def message(possible_repeat: bool) -> Message:  # noqa: FBT001
            mark = " (possible repeat)" if possible_repeat else ""
            return replace(
                MESSAGE,
                delivery_id=delivery_id,
                at=at,
                urgency=urgency,
                reference=reference,
                badge=badge,
                title=f"Checkout {incident}",
                headline=f"{badge} {reference}{mark}: Checkout {incident}",
                possible_repeat=possible_repeat,
            )

        delivery = IntendedDelivery(
            delivery_id=delivery_id, responder_id=ADA, channel="phone", address=0
        )
        self.pages.wanted[delivery_id] = Wanted(
            delivery=delivery,
            responder=Recipient(name="Ada", contact_methods=(to,)),
            message=message,
            first=step == 1 if first is None else first,
        )
        self.due[delivery_id] = at
        return delivery_id

    async def attempt(self, delivery_id: DeliveryId, by: Delivering | None = None) -> None:
        """Make one attempt, as its workflow would."""
        number = self.attempts[delivery_id] = self.attempts.get(delivery_id, 0) + 1
        reference = self.pages.wanted[delivery_id].message(*FIRST).reference
        incident_id = IncidentId(UUID(int=int(reference.removeprefix("INC-"))))
        task = DeliveryInput(
            kind="page", about="x", incident_id=incident_id, delivery_id=delivery_id
        )
        repeat = self.outcomes.pop(delivery_id, None) is not None
        try:
            outcome = await (by or self.delivering).attempt(task, attempt=number, repeat=repeat)
        except DeliveryRefused as fault:
            self.outcomes[delivery_id] = f"failed: {fault.code}"
            self.due.pop(delivery_id)
        except DeliveryDeferred as fault:
            pause = fault.retry_after or timedelta(seconds=1)
            self.due[delivery_id] = self.clock.now + min(pause, timedelta(minutes=1))
        except DeliveryFault as fault:
            if not fault.nothing_sent:
                self.outcomes[delivery_id] = "unknown"
            self.due[delivery_id] = self.clock.now + timedelta(seconds=1)
        else:
            self.outcomes[delivery_id] = outcome
            self.due.pop(delivery_id)

    async def pass_time(self, span: timedelta) -> None:
        """Let everything happen that is due in this time, in its order."""
        until = self.clock.now + span
        while self.due and (first := min(self.due.values())) <= until:
            self.clock.now = max(self.clock.now, first)
            for delivery_id in [key for key, due in self.due.items() if due <= self.clock.now]:
                await self.attempt(delivery_id)
        self.clock.now = until

    def ends(self) -> dict[str, int]:
        """Return how many messages ended how."""
        counts: dict[str, int] = {}
        for outcome in self.outcomes.values():
            name = self._end(outcome)
            counts[name] = counts.get(name, 0) + 1
        return counts

    @staticmethod
    def _end(outcome: DeliveryOutcome | str) -> str:
        if isinstance(outcome, str):
            return outcome.partition(":")[0]
        if outcome.state is DeliveryState.SUPPRESSED:
            return "suppressed"
        return "sent" if outcome.bundled_with is None else "bundled"
