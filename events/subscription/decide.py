"""The rules of a subscription: it can be defined anew at any time, and ended."""

from typing import assert_never

from events.decider import Decider
from events.errors import SubscriptionNotFound
from events.subscription.commands import DefineSubscription, EndSubscription, SubscriptionCommand
from events.subscription.events import (
    SUBSCRIPTION_EVENTS,
    SubscriptionDefined,
    SubscriptionEnded,
    SubscriptionEvent,
)
from events.subscription.state import INITIAL, Subscription, evolve


def decide(command: SubscriptionCommand, subscription: Subscription) -> list[SubscriptionEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case DefineSubscription():
            return define(command, subscription)
        case EndSubscription():
            return end(command, subscription)
        case _:
            assert_never(command)


def define(command: DefineSubscription, subscription: Subscription) -> list[SubscriptionEvent]:
    """Begin, change, or begin again after an end."""
    defined = SubscriptionDefined(
        subscription_id=command.subscription_id,
        responder_id=command.responder_id,
        service_id=command.service_id,
        severities=command.severities,
        channels=command.channels,
        defined_by=command.actor.name,
        defined_at=command.at,
    )
    return [] if evolve(subscription, defined) == subscription else [defined]


def end(command: EndSubscription, subscription: Subscription) -> list[SubscriptionEvent]:
    """Stop sending.

    Raises: SubscriptionNotFound.
    """
    if subscription.subscription_id is None:
        raise SubscriptionNotFound("There is no subscription by this id.")
    if subscription.ended:
        return []
    return [
        SubscriptionEnded(
            subscription_id=subscription.subscription_id,
            ended_by=command.actor.name,
            ended_at=command.at,
        )
    ]


subscription_decider: Decider[SubscriptionCommand, Subscription, SubscriptionEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=SUBSCRIPTION_EVENTS
)
