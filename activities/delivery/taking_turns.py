"""Taking turns: a person gets as many messages as their contact takes, and misses nothing."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, assert_never

import structlog

from activities.delivery.bundling import bundle_of
from activities.delivery.faults import ContactLimited, DeliveryFault, DeliveryRefused
from activities.delivery.kind import Kind, Unwanted, Wanted
from activities.delivery.message import Message
from activities.delivery.news import News
from activities.delivery.recipient import contact_method
from activities.payloads import DeliveryInput
from events.configuration.responder import ContactMethod
from events.delivery.limits import Asking, Limits, Waiting
from events.delivery.turns import Go, Told, Wait
from events.errors import LogFault
from events.ids import DeliveryId, IncidentId
from events.log.queues.contact_turns import ContactTurns

PURPOSE: Final = b"tocsin contact 1\0"  # a hash for this is good for nothing else
AT_ONCE: Final = 4  # messages that are looked up
LOOKS_FOR: Final = 8.0  # seconds; what is not found by then waits on
LOOKS_AGAIN_FOR: Final = 1.0  # seconds, at what something happened to meanwhile

logs = structlog.get_logger(__name__)

type Send = Callable[[Message], Awaitable[str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The message that asks for its turn, and where it goes."""

    task: DeliveryInput
    wanted: Wanted
    message: Message
    to: ContactMethod
    limits: Limits

    @property
    def waiting(self) -> Waiting:
        """Return what is kept of it if it has to wait."""
        urgency, first = self.message.urgency.value, self.wanted.first
        return Waiting(
            asking=Asking(delivery_id=self.task.delivery_id, urgency=urgency, first=first),
            kind=self.task.kind,
            about=self.task.about,
            incident_id=self.task.incident_id,
            at=self.message.at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How a message reached its receiver."""

    provider_id: str | None = None
    bundled_with: DeliveryId | None = None  # None: it went by itself


@dataclass(slots=True)
class Found:
    """What waits for a contact, as the log has it now."""

    messages: dict[DeliveryId, Message] = field(default_factory=dict)
    unwanted: set[DeliveryId] = field(default_factory=set)


class TakingTurns:
    """Sends one message, and with it what waits for the same contact."""

    def __init__(
        self, turns: ContactTurns, kinds: Mapping[str, Kind], news: News, key: bytes
    ) -> None:
        self._turns = turns
        self._kinds = kinds
        self._news = news
        self._key = key

    async def told_with(self, delivery_id: DeliveryId) -> DeliveryId | None:
        """Return which message told this one too, if one did.

        Raises: LogFault.
        """
        return await self._turns.told_with(delivery_id)

    async def send(self, own: Own, send: Send) -> Sent | Unwanted:
        """Send the message if it is its turn, or say which one told it, or why nobody wants it.

        Raises: ContactLimited, DeliveryFault, LogFault.
        """
        contact, mine = self._contact(own.to), own.task.delivery_id
        match await self._turns.turn(contact, own.waiting, own.limits):
            case Wait(pause=pause):
                raise ContactLimited(pause)
            case Told(told_with=told_with):
                return Sent(bundled_with=told_with)
            case Go(others=others):
                try:
                    found = await self._found(own, others, contact)
                    if isinstance(found, Unwanted):
                        await self._give_back(contact, mine)
                        return found
                    provider_id = await send(bundle_of(own.message, found.messages.values()))
                except DeliveryFault as fault:
                    if fault.nothing_sent:
                        await self._give_back(contact, mine)
                    raise
                await self._settle(contact, mine, found)
                return Sent(provider_id=provider_id)
            case never:
                assert_never(never)

    async def _settle(self, contact: bytes, mine: DeliveryId, found: Found) -> None:
        """Record what was told. Where the log is away now, the others are told once more."""
        if found.messages:
            logs.info("messages_bundled", others=len(found.messages))
        try:
            await self._turns.handed_over(contact, mine, list(found.messages), found.unwanted)
        except LogFault:
            logs.warning("bundle_not_recorded", others=len(found.messages))

    async def _give_back(self, contact: bytes, mine: DeliveryId) -> None:
        with suppress(LogFault):  # then its turn is over by itself in a while
            await self._turns.given_back(contact, mine)

    async def _found(
        self, own: Own, others: Collection[Waiting], contact: bytes
    ) -> Found | Unwanted:
        """Return those of the others that are still wanted; or why the message itself is not.

        An answer counts until the moment of sending, also one that is given while all of them are
        looked up: what happened to since then is looked at again. Where nobody can tell what that
        is, the message goes by itself.
        Raises: DeliveryFault, LogFault.
        """
        if not others:
            return Found()
        repeat = own.message.possible_repeat
        try:
            moment = await self._news.now()
            found = await self._looked_up(others, contact, LOOKS_FOR, repeat=repeat)
            about = {one.incident_id for one in others if one.incident_id is not None}
            news = await self._news.since(moment, about)
        except LogFault:
            logs.warning("bundle_not_checked", others=len(others))
            found, news = Found(), frozenset[IncidentId]()
        again = [one for one in others if one.incident_id in news]
        for one in again:
            found.messages.pop(one.asking.delivery_id, None)
        newer = await self._looked_up(again, contact, LOOKS_AGAIN_FOR, repeat=repeat)
        itself = await self._kinds[own.task.kind].find(own.task)
        if isinstance(itself, Unwanted):
            return itself
        return Found(
            messages=found.messages | newer.messages, unwanted=found.unwanted | newer.unwanted
        )

    async def _looked_up(
        self, wanted: Iterable[Waiting], contact: bytes, seconds: float, *, repeat: bool
    ) -> Found:
        """Return what these messages say now, as far as there is time to look."""
        found, free = Found(), asyncio.Semaphore(AT_ONCE)

        async def look(one: Waiting) -> None:
            async with free:
                await self._look(one, contact, found, repeat=repeat)

        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
                for one in wanted:
                    group.create_task(look(one))
        return found

    async def _look(self, waiting: Waiting, contact: bytes, found: Found, *, repeat: bool) -> None:
        delivery_id = waiting.asking.delivery_id
        task = DeliveryInput(
            kind=waiting.kind,
            about=waiting.about,
            incident_id=waiting.incident_id,
            delivery_id=delivery_id,
        )
        try:
            wanted = await self._kinds[waiting.kind].find(task)
            if isinstance(wanted, Unwanted):
                found.unwanted.add(delivery_id)
                return
            delivery = wanted.delivery
            to = contact_method(
                wanted.responder, address=delivery.address, channel=delivery.channel
            )
            if self._contact(to) == contact:
                found.messages[delivery_id] = wanted.message(repeat)
        except DeliveryRefused:  # the person has another address by now
            found.unwanted.add(delivery_id)
        except (DeliveryFault, LogFault):  # its own attempt knows what to make of it
            return

    def _contact(self, to: ContactMethod) -> bytes:
        """Return what stands for the contact: nobody can try all phone numbers against it."""
        return hmac.digest(self._key, PURPOSE + f"{to.channel}\0{to.address}".encode(), "sha256")
