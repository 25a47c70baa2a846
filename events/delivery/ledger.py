"""Delivery ledger: the rules of every message, and what they need to know of it.

Whatever sends messages keeps a `Ledger` in its state, gives it the intents of its own events, and
leaves these commands and events to `record` and `after`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from events.delivery.commands import (
    DeliveryCommand,
    RecordDelayed,
    RecordFailed,
    RecordSent,
    RecordSuppressed,
)
from events.delivery.events import (
    DeliveryDelayed,
    DeliveryEvent,
    DeliveryFailed,
    DeliverySent,
    DeliverySuppressed,
    IntendedDelivery,
)
from events.ids import DeliveryId, IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A message that was intended and has no outcome yet, and what it is about."""

    kind: str
    about: str
    incident_id: IncidentId | None
    delivery: IntendedDelivery
    attempts_in_vain: int | None = None  # when it was last said to be held up


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The messages of one stream that have no outcome yet."""

    pending: dict[DeliveryId, Pending] = field(default_factory=dict)

    @property
    def held_up(self) -> frozenset[DeliveryId]:
        """Return the messages that could not be sent so far."""
        pending = self.pending.items()
        return frozenset(key for key, message in pending if message.attempts_in_vain is not None)

    def intending(
        self,
        kind: str,
        about: str,
        incident_id: IncidentId | None,
        deliveries: Iterable[IntendedDelivery],
    ) -> "Ledger":
        """Return the ledger after these messages were intended."""
        intended = {
            delivery.delivery_id: Pending(
                kind=kind, about=about, incident_id=incident_id, delivery=delivery
            )
            for delivery in deliveries
        }
        return Ledger(pending={**self.pending, **intended})


def record(command: DeliveryCommand, ledger: Ledger) -> list[DeliveryEvent]:
    """Record what became of a message, once; that it is held up, once for so many attempts."""
    pending = ledger.pending.get(command.delivery_id)
    if pending is None:
        return []
    named = _named(pending)
    match command:
        case RecordSent():
            sent = DeliverySent(
                **named,
                attempts=command.attempts,
                provider_id=command.provider_id,
                sent_at=command.at,
                bundled_with=command.bundled_with,
            )
            return [sent]
        case RecordDelayed() if command.attempts == pending.attempts_in_vain:
            return []
        case RecordDelayed(attempts=attempts, error=error):
            return [DeliveryDelayed(**named, attempts=attempts, error=error, delayed_at=command.at)]
        case RecordFailed(attempts=attempts, error=error):
            return [DeliveryFailed(**named, attempts=attempts, error=error, failed_at=command.at)]
        case RecordSuppressed(reason=reason):
            return [DeliverySuppressed(**named, reason=reason, suppressed_at=command.at)]
        case _:
            assert_never(command)


def after(ledger: Ledger, event: DeliveryEvent) -> Ledger:
    """Return the ledger after the event; never refuses."""
    pending = ledger.pending.get(event.delivery_id)
    if pending is None:
        return ledger
    if isinstance(event, DeliveryDelayed):
        held_up = replace(pending, attempts_in_vain=event.attempts)
        return Ledger(pending={**ledger.pending, event.delivery_id: held_up})
    return Ledger(
        pending={
            key: message for key, message in ledger.pending.items() if key != event.delivery_id
        }
    )


def _named(pending: Pending) -> dict[str, Any]:
    """Return what every fact about the message names."""
    return {
        "delivery_id": pending.delivery.delivery_id,
        "kind": pending.kind,
        "about": pending.about,
        "incident_id": pending.incident_id,
        "responder_id": pending.delivery.responder_id,
        "channel": pending.delivery.channel,
    }
