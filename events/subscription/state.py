"""What a decision about a subscription needs to know, folded from its events."""

from dataclasses import dataclass, replace
from typing import assert_never

from events.ids import ResponderId, ServiceId, SubscriptionId
from events.responder.events import Channel
from events.severity import Severity
from events.subscription.events import SubscriptionDefined, SubscriptionEnded, SubscriptionEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscription as the rules, and whoever sends an update, see it."""

    subscription_id: SubscriptionId | None = None
    responder_id: ResponderId | None = None
    service_id: ServiceId | None = None
    severities: tuple[Severity, ...] = ()
    channels: tuple[Channel, ...] = ()
    ended: bool = False

    @property
    def active(self) -> bool:
        """Return whether somebody is sent something because of it."""
        return self.subscription_id is not None and not self.ended


INITIAL = Subscription()


def evolve(subscription: Subscription, event: SubscriptionEvent) -> Subscription:
    """Return the subscription after the event; never refuses."""
    match event:
        case SubscriptionDefined():
            return Subscription(
                subscription_id=event.subscription_id,
                responder_id=event.responder_id,
                service_id=event.service_id,
                severities=event.severities,
                channels=event.channels,
            )
        case SubscriptionEnded():
            return replace(subscription, ended=True)
        case _:
            assert_never(event)
