"""What can happen to a subscription."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import ResponderId, ServiceId, SubscriptionId
from events.responder.events import Channel
from events.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDefined:
    """A person is sent the status updates of these incidents from now on."""

    subscription_id: SubscriptionId
    responder_id: ResponderId  # how they are reached is theirs to say, not the subscription's
    service_id: ServiceId | None  # None: of every service, and of incidents without one
    severities: tuple[Severity, ...]  # empty: of every severity
    channels: tuple[Channel, ...]  # empty: over every contact method
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


type SubscriptionEvent = SubscriptionDefined | SubscriptionEnded

SUBSCRIPTION_EVENTS: tuple[type, ...] = (SubscriptionDefined, SubscriptionEnded)
