"""Receipt state, folded from its events: how far a message is known to have come."""

from dataclasses import dataclass, replace
from typing import assert_never

from events.receipt.events import (
    DeliveryDeclined,
    DeliveryDelivered,
    DeliveryUndelivered,
    ReceiptEvent,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is known of a message that went out."""

    delivered: bool = False
    undelivered: str | None = None  # why
    declined: bool = False

    @property
    def settled(self) -> bool:
        """Return whether the provider has said its last word."""
        return self.delivered or self.undelivered is not None

    @property
    def lost(self) -> str | None:
        """Return why nobody is to be waited for, None where somebody may still answer."""
        return "declined" if self.declined else self.undelivered


INITIAL = Receipt()


def evolve(receipt: Receipt, event: ReceiptEvent) -> Receipt:
    """Return the state after the event; never refuses."""
    match event:
        case DeliveryDelivered():
            return replace(receipt, delivered=True)
        case DeliveryUndelivered(error=error):
            return replace(receipt, undelivered=error)
        case DeliveryDeclined():
            return replace(receipt, declined=True)
        case _:
            assert_never(event)
