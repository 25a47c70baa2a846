"""Delivery sentences: of a page as people say it, of other messages by their kind."""

from events.delivery.events import (
    PAGE,
    STATUS_UPDATE,
    Delivery,
    DeliveryDelayed,
    DeliveryFailed,
    DeliverySent,
    DeliverySuppressed,
)
from events.receipt.events import DeliveryDeclined, DeliveryDelivered, DeliveryUndelivered
from projections.sentences.words import fault_of, tried, words


@words.register
def _(event: DeliverySent) -> str:
    together = ", together with other messages" if event.bundled_with else ""
    how = f"by {event.channel}{tried(event.attempts)}{together}"
    if event.kind == PAGE:
        return f"{event.responder_id} was paged {how}"
    return f"{_message(event)} was sent to {event.responder_id} {how}"


@words.register
def _(event: DeliveryDelayed) -> str:
    how = f"by {event.channel}{tried(event.attempts)}, and is tried again: {fault_of(event.error)}"
    if event.kind == PAGE:
        return f"{event.responder_id} has not been paged {how}"
    return f"{_message(event)} has not reached {event.responder_id} {how}"


@words.register
def _(event: DeliveryFailed) -> str:
    how = f"by {event.channel}{tried(event.attempts)}: {fault_of(event.error)}"
    if event.kind == PAGE:
        return f"{event.responder_id} could not be paged {how}"
    return f"{_message(event)} did not reach {event.responder_id} {how}"


@words.register
def _(event: DeliverySuppressed) -> str:
    if event.kind == PAGE:
        return f"The page to {event.responder_id} by {event.channel} was not sent: {event.reason}"
    why = event.reason.replace("_", " ")
    return f"{_message(event)} was not sent to {event.responder_id} by {event.channel}: {why}"


@words.register
def _(event: DeliveryDelivered) -> str:
    return f"{_message(event)} reached {event.responder_id} by {event.channel}"


@words.register
def _(event: DeliveryUndelivered) -> str:
    why = event.error.replace("_", " ")
    return f"{_message(event)} did not reach {event.responder_id} by {event.channel}: {why}"


@words.register
def _(event: DeliveryDeclined) -> str:
    return f"{event.responder_id} declined the page by {event.via}"


def _message(event: Delivery) -> str:
    name = event.kind.replace("_", " ").capitalize()
    return f"{name} {event.about}" if event.kind == STATUS_UPDATE else name
