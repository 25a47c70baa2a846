"""Receipt commands: what is said of a message, by its provider or by whoever got it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.delivery.events import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivered:
    """Record that a message arrived."""

    delivery: Delivery
    provider_id: str
    at: datetime
    kind: Literal["record_delivered"] = "record_delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUndelivered:
    """Record that a message did not arrive, though its provider had taken it."""

    delivery: Delivery
    provider_id: str
    error: str
    at: datetime
    kind: Literal["record_undelivered"] = "record_undelivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineDelivery:
    """Say no to a page, so that it need not wait for this person."""

    delivery: Delivery
    via: str
    at: datetime
    kind: Literal["decline_delivery"] = "decline_delivery"


type ReceiptCommand = RecordDelivered | RecordUndelivered | DeclineDelivery
