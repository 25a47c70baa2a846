"""Delivery: one message, asked for by its workflow, checked against the log, handed over once."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

import structlog
from pydantic import SecretStr
from temporalio import activity

from activities.delivery.attempting import attempted
from activities.delivery.faults import DeliveryFault, DeliveryRefused, OutcomeUnknown
from activities.delivery.kind import Kind, Unwanted, Wanted
from activities.delivery.message import Message
from activities.delivery.news import News
from activities.delivery.provider import Provider
from activities.delivery.recipient import contact_method
from activities.delivery.taking_turns import Own, Sent, TakingTurns
from activities.payloads import DELIVER, DeliveryInput, DeliveryOutcome, DeliveryState
from events.configuration.responder import ContactMethod
from events.log.queues.contact_turns import ContactTurns

GRACE: Final = timedelta(seconds=2)  # over its own deadline; then a provider hangs

logs = structlog.get_logger(__name__)


class Delivering:
    """Sends messages: each at least once, and twice only after an attempt of unknown outcome."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        kinds: Iterable[Kind],
        turns: ContactTurns,
        news: News,
        contact_key: SecretStr,
    ) -> None:
        self._providers = providers
        self._kinds = {kind.name: kind for kind in kinds}
        key = contact_key.get_secret_value().encode()
        self._taking_turns = TakingTurns(turns, self._kinds, news, key)

    @activity.defn(name=DELIVER)
    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        """Send the message if it is still wanted.

        Raises: ApplicationError, of a type that activities/delivery/faults.py names.
        """
        with structlog.contextvars.bound_contextvars(
            about=task.about, delivery_id=str(task.delivery_id)
        ):
            return await attempted(
                task.kind,
                task,
                lambda attempt, repeat: self.attempt(task, attempt=attempt, repeat=repeat),
            )

    async def attempt(self, task: DeliveryInput, *, attempt: int, repeat: bool) -> DeliveryOutcome:
        """Send the message if it is still wanted; needs the log and the providers only.

        Raises: DeliveryFault, LogFault.
        """
        if attempt > 1 or repeat:  # told is told, also if it is not wanted any more
            told_with = await self._taking_turns.told_with(task.delivery_id)
            if told_with is not None:
                return DeliveryOutcome(
                    state=DeliveryState.SENT, attempts=attempt, bundled_with=told_with
                )
        found = await self._kinds[task.kind].find(task)
        if isinstance(found, Unwanted):
            return _suppressed(found, attempt)
        structlog.contextvars.bind_contextvars(
            channel=found.delivery.channel,
            incident_id=str(task.incident_id),
            responder_id=found.delivery.responder_id,
        )
        sent = await self._hand_over(task, found, repeat=repeat)
        if isinstance(sent, Unwanted):
            return _suppressed(sent, attempt)
        return DeliveryOutcome(
            state=DeliveryState.SENT,
            attempts=attempt,
            provider_id=sent.provider_id,
            bundled_with=sent.bundled_with,
        )

    async def _hand_over(
        self, task: DeliveryInput, wanted: Wanted, *, repeat: bool
    ) -> Sent | Unwanted:
        delivery = wanted.delivery
        to = contact_method(wanted.responder, address=delivery.address, channel=delivery.channel)
        provider = self._providers.get(delivery.channel)
        if provider is None:
            raise DeliveryRefused("channel_not_configured")
        message = wanted.message(repeat)

        async def send(one: Message) -> str | None:
            return await _sent(provider, one, to)

        # What calendars read cannot be told together with something else: it goes by itself.
        if provider.LIMITS is None or message.calendar is not None:
            return Sent(provider_id=await send(message))
        own = Own(task=task, wanted=wanted, message=message, to=to, limits=provider.LIMITS)
        return await self._taking_turns.send(own, send)


def _suppressed(unwanted: Unwanted, attempt: int) -> DeliveryOutcome:
    return DeliveryOutcome(state=DeliveryState.SUPPRESSED, attempts=attempt, reason=unwanted.reason)


async def _sent(provider: Provider, message: Message, to: ContactMethod) -> str | None:
    try:
        async with asyncio.timeout((provider.DEADLINE + GRACE).total_seconds()):
            return await provider.send(message, to)
    except DeliveryFault:
        raise
    except TimeoutError:
        raise OutcomeUnknown("timeout") from None
    except Exception:
        # A bug's text may hold an address: it goes to our log, never into Temporal's history.
        logs.exception("provider_broke", channel=to.channel)
        raise OutcomeUnknown("internal") from None
