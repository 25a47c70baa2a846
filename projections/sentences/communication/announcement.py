"""Announcement sentences: subscriptions, and the stakeholders a status update goes to."""

from events.announcement.events import AnnouncementPlanned
from events.configuration.subscription import SubscriptionDefined, SubscriptionEnded
from projections.sentences.words import counted, listed, person, words


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
    people = len({delivery.responder_id for delivery in event.deliveries})
    to = counted(people, "subscriber") if people else "nobody: no subscription asks for it"
    return f"Status update {event.number} goes to {to}"
