"""Receipt events: what a provider, or whoever was paged, said of a message that went out.

They stand in a stream of their own, so that they are kept whatever else is down; the page hears of
what changes its way.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.delivery.events import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDelivered(Delivery):
    """The message reached its phone, or somebody took the call."""

    provider_id: str  # the provider's own name for the message
    delivered_at: datetime
    type: Literal["delivery.delivered"] = "delivery.delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryUndelivered(Delivery):
    """The provider had taken the message, and it did not reach anybody."""

    provider_id: str
    error: str  # named by the provider: no_answer, twilio_30003
    undelivered_at: datetime
    type: Literal["delivery.undelivered"] = "delivery.undelivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDeclined(Delivery):
    """Whoever was paged said that they cannot take it."""

    via: str  # sms, voice
    declined_at: datetime
    type: Literal["delivery.declined"] = "delivery.declined"


type ReceiptEvent = DeliveryDelivered | DeliveryUndelivered | DeliveryDeclined

RECEIPT_EVENTS: tuple[type, ...] = (DeliveryDelivered, DeliveryUndelivered, DeliveryDeclined)
