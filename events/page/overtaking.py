"""Overtaken messages: of a person's repeats, only the newest that is due is worth sending.

After an hour without a worker a person gets one message over each contact method, not all that
were meant for that hour.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from events.delivery.events import (
    DeliveryFailed,
    DeliverySent,
    DeliverySuppressed,
    IntendedDelivery,
)
from events.ids import DeliveryId
from events.page.events import PageEvent, PageLevelReached

APART: Final = timedelta(seconds=60)  # at least, over one contact method


def is_overtaken(history: Iterable[PageEvent], delivery_id: DeliveryId, now: datetime) -> bool:
    """Return whether another message over the same contact method stands for this one.

    A later one that is due, or, for one that waited, one that went out since a minute before its
    time. What failed or was held back stands for nothing.
    """
    meant: dict[DeliveryId, tuple[datetime, IntendedDelivery]] = {}
    sent: dict[DeliveryId, datetime] = {}
    in_vain: set[DeliveryId] = set()
    for event in history:
        match event:
            case PageLevelReached():
                for one in event.deliveries:
                    meant[one.delivery_id] = (one.not_before or event.reached_at, one)
            case DeliverySent():
                sent[event.delivery_id] = event.sent_at
            case DeliveryFailed() | DeliverySuppressed():
                in_vain.add(event.delivery_id)
            case _:
                pass
    if delivery_id not in meant:
        return False
    time, message = meant[delivery_id]
    others = [
        (other_time, other)
        for other_time, other in meant.values()
        if other is not message and _way(other) == _way(message)
    ]
    later = (
        other.not_before is not None and time < other_time <= now
        for other_time, other in others
        if other.delivery_id not in in_vain
    )
    just_sent = (
        message.not_before is not None and sent[other.delivery_id] > time - APART
        for _, other in others
        if other.delivery_id in sent
    )
    return any(later) or any(just_sent)


def is_first(history: Iterable[PageEvent], delivery_id: DeliveryId) -> bool:
    """Return whether nothing of the page has gone out over this message's way so far."""
    ways: dict[DeliveryId, tuple[str, str, int]] = {}
    sent: set[DeliveryId] = set()
    for event in history:
        if isinstance(event, PageLevelReached):
            ways |= {one.delivery_id: _way(one) for one in event.deliveries}
        elif isinstance(event, DeliverySent):
            sent.add(event.delivery_id)
    mine = ways.get(delivery_id)
    return mine is not None and mine not in {ways[one] for one in sent if one in ways}


def _way(message: IntendedDelivery) -> tuple[str, str, int]:
    return message.responder_id, message.channel, message.address
