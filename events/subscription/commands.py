"""What may be asked of a subscription."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import ResponderId, ServiceId, SubscriptionId
from events.responder.events import Channel
from events.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineSubscription:
    """Begin to send somebody status updates, or change which."""

    subscription_id: SubscriptionId
    responder_id: ResponderId
    service_id: ServiceId | None
    severities: tuple[Severity, ...]
    channels: tuple[Channel, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSubscription:
    """Stop sending them."""

    actor: Actor
    at: datetime


type SubscriptionCommand = DefineSubscription | EndSubscription
