"""Subscription of a stakeholder: the status updates of which incidents they are sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition_with_end
from events.errors import NotFound
from events.ids import ResponderId, ServiceId, SubscriptionId
from events.values.severity import Severity


class SubscriptionNotFound(NotFound):
    """There is no such subscription."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineSubscription:
    """Begin to send somebody status updates, or change which."""

    subscription_id: SubscriptionId
    responder_id: ResponderId
    service_id: ServiceId | None
    severities: tuple[Severity, ...]
    channels: tuple[str, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSubscription:
    """End a subscription: nothing more is sent because of it."""

    actor: Actor
    at: datetime


type SubscriptionCommand = DefineSubscription | EndSubscription


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDefined:
    """A person is sent the status updates of these incidents from now on."""

    subscription_id: SubscriptionId
    responder_id: ResponderId  # how they are reached is theirs to say, not the subscription's
    service_id: ServiceId | None  # None: of every service, and of incidents without one
    severities: tuple[Severity, ...]  # empty: of every severity
    channels: tuple[str, ...]  # empty: over every contact method
    defined_by: str
    defined_at: datetime
    type: Literal["subscription.defined"] = "subscription.defined"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionEnded:
    """Nothing more is sent because of this subscription, not even what is on its way."""

    subscription_id: SubscriptionId
    ended_by: str
    ended_at: datetime
    type: Literal["subscription.ended"] = "subscription.ended"


subscription_decider = definition_with_end(
    DefineSubscription,
    SubscriptionDefined,
    EndSubscription,
    SubscriptionEnded,
    missing=lambda: SubscriptionNotFound("No such subscription."),
)

AGGREGATE = Aggregate(
    noun="subscription",
    id=SubscriptionId,
    decider=subscription_decider,
    commands=SubscriptionCommand,
)
