"""Receipt rules: a provider's last word counts once; what comes after it never moves it back.

Receipts come twice and in any order. What is not final, such as "queued", is no fact.
"""

from dataclasses import fields
from typing import Any, assert_never

from events.aggregate import Aggregate
from events.decider import Decider
from events.delivery.events import Delivery
from events.errors import NotFound
from events.ids import DeliveryId
from events.receipt.commands import (
    DeclineDelivery,
    ReceiptCommand,
    RecordDelivered,
    RecordUndelivered,
)
from events.receipt.events import (
    RECEIPT_EVENTS,
    DeliveryDeclined,
    DeliveryDelivered,
    DeliveryUndelivered,
    ReceiptEvent,
)
from events.receipt.state import INITIAL, Receipt, evolve


class DeliveryNotFound(NotFound):
    """No such message was sent from here."""


def decide(command: ReceiptCommand, receipt: Receipt) -> list[ReceiptEvent]:
    """Return the facts this command leads to; none if it is already so, or otherwise."""
    named = _named(command.delivery)
    match command:
        case DeclineDelivery():
            if receipt.declined:
                return []
            return [DeliveryDeclined(**named, via=command.via, declined_at=command.at)]
        case _ if receipt.settled:
            return []
        case RecordDelivered(provider_id=provider_id):
            return [DeliveryDelivered(**named, provider_id=provider_id, delivered_at=command.at)]
        case RecordUndelivered(provider_id=provider_id, error=error):
            return [
                DeliveryUndelivered(
                    **named, provider_id=provider_id, error=error, undelivered_at=command.at
                )
            ]
        case _:
            assert_never(command)


def _named(delivery: Delivery) -> dict[str, Any]:
    return {one.name: getattr(delivery, one.name) for one in fields(Delivery)}


receipt_decider: Decider[ReceiptCommand, Receipt, ReceiptEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=RECEIPT_EVENTS
)

AGGREGATE = Aggregate(
    noun="receipt", id=DeliveryId, decider=receipt_decider, commands=ReceiptCommand
)
