"""What can happen to an announcement. A ledger, as a page's is: intent first, outcome after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import DeliveryId, IncidentId, ResponderId, SubscriptionId


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendedPost:
    """One status update to one subscriber, known to the log before any provider is called."""

    delivery_id: DeliveryId
    subscription_id: SubscriptionId
    responder_id: ResponderId
    channel: str  # email, webhook, push
    address: int  # index among the responder's contact methods; never the address itself


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementPlanned:
    """A status update is being sent to these subscribers; to none, if nobody subscribed."""

    incident_id: IncidentId
    number: int  # of the status update
    posts: tuple[IntendedPost, ...]
    complete: bool  # false: more subscribers of this update follow in another event
    planned_at: datetime
    type: Literal["announcement.planned"] = "announcement.planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementSent:
    """The provider took the update for a subscriber."""

    incident_id: IncidentId
    number: int
    delivery_id: DeliveryId
    responder_id: ResponderId
    channel: str
    attempts: int
    provider_id: str | None  # the provider's own name for the message
    sent_at: datetime
    type: Literal["announcement.sent"] = "announcement.sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementDeliveryDelayed:
    """The update could not be sent to a subscriber so far; it is tried again."""

    incident_id: IncidentId
    number: int
    delivery_id: DeliveryId
    responder_id: ResponderId
    channel: str
    attempts: int  # so far
    error: str  # named fault of the last attempt, without addresses or secrets
    delayed_at: datetime
    type: Literal["announcement.delivery_delayed"] = "announcement.delivery_delayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementDeliveryFailed:
    """The update could not be delivered to a subscriber."""

    incident_id: IncidentId
    number: int
    delivery_id: DeliveryId
    responder_id: ResponderId
    channel: str
    attempts: int
    error: str  # named fault, without addresses or secrets
    failed_at: datetime
    type: Literal["announcement.delivery_failed"] = "announcement.delivery_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementSuppressed:
    """The update was not sent to a subscriber: a newer one is there, or they unsubscribed."""

    incident_id: IncidentId
    number: int
    delivery_id: DeliveryId
    responder_id: ResponderId
    channel: str
    reason: str
    suppressed_at: datetime
    type: Literal["announcement.suppressed"] = "announcement.suppressed"


type AnnouncementEvent = (
    AnnouncementPlanned
    | AnnouncementSent
    | AnnouncementDeliveryDelayed
    | AnnouncementDeliveryFailed
    | AnnouncementSuppressed
)

ANNOUNCEMENT_EVENTS: tuple[type, ...] = (
    AnnouncementPlanned,
    AnnouncementSent,
    AnnouncementDeliveryDelayed,
    AnnouncementDeliveryFailed,
    AnnouncementSuppressed,
)
