"""Subscriptions, and what their holders were sent, in sentences."""

from events.announcement.events import (
    AnnouncementDeliveryDelayed,
    AnnouncementDeliveryFailed,
    AnnouncementPlanned,
    AnnouncementSent,
    AnnouncementSuppressed,
)
from events.configuration.subscription import SubscriptionDefined, SubscriptionEnded
from projections.sentences.words import counted, fault_of, listed, person, tried, words


@words.register
def _(event: SubscriptionDefined) -> str:
    which = f"service {event.service_id}" if event.service_id else "every service"
    bad = f" of {listed(event.severities)}" if event.severities else ""
    who = person(event.defined_by)
    return f"{who} subscribed {event.responder_id} to the status updates of {which}{bad}"


@words.register
def _(event: SubscriptionEnded) -> str:
    return f"{person(event.ended_by)} ended subscription {event.subscription_id}"


@words.register
def _(event: AnnouncementPlanned) -> str:
    people = len({post.responder_id for post in event.posts})
    to = counted(people, "subscriber") if people else "nobody: no subscription asks for it"
    return f"Status update {event.number} goes to {to}"


@words.register
def _(event: AnnouncementSent) -> str:
    how = f"by {event.channel}{tried(event.attempts)}"
    return f"Status update {event.number} was sent to {event.responder_id} {how}"


@words.register
def _(event: AnnouncementDeliveryDelayed) -> str:
    how = f"by {event.channel}{tried(event.attempts)}, and is tried again: {fault_of(event.error)}"
    return f"Status update {event.number} has not reached {event.responder_id} {how}"


@words.register
def _(event: AnnouncementDeliveryFailed) -> str:
    how = f"by {event.channel}{tried(event.attempts)}: {fault_of(event.error)}"
    return f"Status update {event.number} did not reach {event.responder_id} {how}"


@words.register
def _(event: AnnouncementSuppressed) -> str:
    why = event.reason.replace("_", " ")
    what = f"Status update {event.number} was not sent to {event.responder_id}"
    return f"{what} by {event.channel}: {why}"
