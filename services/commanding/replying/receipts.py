"""Receipts: what came back about a message, kept in the log before anybody acts on it.

Receipts come twice and in any order; the log takes a provider's last word once. A page hears of it
by the relay, so a receipt needs neither Temporal nor a worker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import uuid5

from events.delivery.events import Delivery, IntendedDelivery
from events.handle import handle
from events.ids import DeliveryId, IncidentId, PageId, receipt_stream
from events.loading import load
from events.log.codec import codec_for
from events.log.recorded import Metadata, OutboxEntry
from events.log.store import Log
from events.receipt.commands import (
    DeclineDelivery,
    ReceiptCommand,
    RecordDelivered,
    RecordUndelivered,
)
from events.receipt.decide import receipt_decider
from events.registry import ALL_EVENTS
from projections.paging.intents import Intent, intent_in
from workflows.ids import MESSAGES_LOST
from workflows.messages import MessagesLost


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """One message that was intended, and with a page's also those to the same person."""

    delivery: Delivery
    page_id: PageId | None = None
    others: tuple[DeliveryId, ...] = ()


async def message_of(log: Log, stream: str, delivery_id: DeliveryId) -> SentMessage | None:
    """Return the message that the stream intended under this id, None if it knows of none.

    Raises: LogUnavailable.
    """
    codec = codec_for(ALL_EVENTS)
    events = [codec.decode(one).event for one in await log.read_stream(stream)]
    intents = [intent for event in events if (intent := intent_in(event)) is not None]
    every = [one for intent in intents for one in intent.deliveries]
    for intent in intents:
        for one in intent.deliveries:
            if one.delivery_id == delivery_id:
                page_id = PageId(intent.page_id) if intent.page_id else None
                others = _of(one, every) if page_id else ()
                delivery = _delivery(intent, one)
                return SentMessage(delivery=delivery, page_id=page_id, others=others)
    return None


def _of(one: IntendedDelivery, intended: Sequence[IntendedDelivery]) -> tuple[DeliveryId, ...]:
    """Return the ids of every other message of the page to the same person."""
    return tuple(
        each.delivery_id
        for each in intended
        if each.responder_id == one.responder_id and each.delivery_id != one.delivery_id
    )


def _delivery(intent: Intent, one: IntendedDelivery) -> Delivery:
    return Delivery(
        delivery_id=one.delivery_id,
        kind=intent.kind,
        about=intent.about,
        incident_id=IncidentId(intent.incident_id) if intent.incident_id else None,
        responder_id=one.responder_id,
        channel=one.channel,
    )


async def keep(log: Log, message: SentMessage, command: ReceiptCommand) -> None:
    """Keep what was said of a message; what is known already, or came too late, changes nothing.

    Raises: the log's faults.
    """
    delivery_id = message.delivery.delivery_id
    stream, word = receipt_stream(delivery_id), _word(command)
    receipt, _ = await load(log, receipt_decider, stream)
    if not receipt_decider.decide(command, receipt):
        return
    await handle(
        log,
        receipt_decider,
        stream,
        command,
        command_id=uuid5(delivery_id, word),
        request_digest=sha256(word.encode()).digest(),
        metadata=_metadata(message, command),
        outbox=tuple(_outbox(message, command)),
    )


def _word(command: ReceiptCommand) -> str:
    """Return what names the command for its message: a repeat of it is the same one."""
    error = f" {command.error}" if isinstance(command, RecordUndelivered) else ""
    return f"{command.kind}{error}"


def _metadata(message: SentMessage, command: ReceiptCommand) -> Metadata:
    if isinstance(command, DeclineDelivery):
        person = message.delivery.responder_id
        return Metadata(principal=f"responder:{person}", on_behalf_of=person, via=command.via)
    return Metadata(principal="provider:twilio", via="receipt")


def _outbox(message: SentMessage, command: ReceiptCommand) -> list[OutboxEntry]:
    """Return what tells the page that nobody is to be waited for; a delivery needs no telling."""
    delivery = message.delivery
    if isinstance(command, RecordDelivered) or message.page_id is None:
        return []
    if delivery.incident_id is None:
        return []
    others: tuple[DeliveryId, ...] = ()
    reason = "declined"
    if isinstance(command, RecordUndelivered):
        reason = command.error
    else:  # who declines one message is to be waited for by none
        others = message.others
    lost = MessagesLost(
        incident_id=delivery.incident_id,
        page_id=message.page_id,
        delivery_ids=(delivery.delivery_id, *others),
        responder_id=delivery.responder_id,
        reason=reason,
    )
    return [
        OutboxEntry(
            kind=MESSAGES_LOST,
            key=f"{delivery.delivery_id}:{_word(command)}",
            body=lost.model_dump_json().encode(),
        )
    ]
