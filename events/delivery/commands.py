"""Delivery commands: the outcomes that a sender records in the ledger."""

from dataclasses import dataclass
from datetime import datetime

from events.ids import DeliveryId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSent:
    """Record that the provider took a message."""

    delivery_id: DeliveryId
    attempts: int
    provider_id: str | None
    at: datetime
    bundled_with: DeliveryId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelayed:
    """Record that a message could not be sent so far, while it is tried again."""

    delivery_id: DeliveryId
    attempts: int  # so far
    error: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailed:
    """Record that a message could not be delivered."""

    delivery_id: DeliveryId
    attempts: int
    error: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSuppressed:
    """Record that a message was not sent, because it was no longer wanted."""

    delivery_id: DeliveryId
    reason: str
    at: datetime


type DeliveryCommand = RecordSent | RecordDelayed | RecordFailed | RecordSuppressed
