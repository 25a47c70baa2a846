"""Delivery events: what happened to a message to somebody, whatever it says.

The intent stands in the event that makes the message wanted, in the stream of what it is about;
what became of it follows there. A new kind of message changes no event.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal

from events.ids import DeliveryId, IncidentId, ResponderId, SubscriptionId

PAGE: Final = "page"  # about: the page's id
NOTICE: Final = "notice"  # about: its schedule and its name
REMINDER: Final = "reminder"  # about: the stream of what is to be done, and which reminder
MEETING_INVITATION: Final = "meeting_invitation"  # about: the meeting's sequence, and method
QUESTIONS: Final = "questions"  # about: its team, and the Monday of its week
STATUS_UPDATE: Final = "status_update"  # about: its number in the incident
VERIFICATION: Final = "verification_code"  # about: the request's id

# Why a message was suppressed: a later one of the same cycle stands for it.
OVERTAKEN: Final = "overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendedDelivery:
    """One message that is about to be sent: known to the log before any provider is called."""

    delivery_id: DeliveryId
    responder_id: ResponderId
    channel: str  # a provider's name: email, webhook, push
    address: int  # index among the responder's contact methods; never the address itself
    subscription_id: SubscriptionId | None = None  # why they get it, where they asked for it
    not_before: datetime | None = None  # it waits until then; None: it is sent at once
    repeat: int = 0  # over the same contact method: the first one, then the first repeat, …

    def waits(self, at: datetime) -> bool:
        """Return whether its time has not come yet."""
        return self.not_before is not None and self.not_before > at


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What every fact about a message names."""

    delivery_id: DeliveryId
    kind: str  # what is sent: page, status_update
    about: str  # which of its kind
    incident_id: IncidentId | None  # None: it belongs to no incident
    responder_id: ResponderId
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySent(Delivery):
    """The provider took the message, or another one that told the same person of this too."""

    schema_version: ClassVar[int] = 2

    attempts: int
    provider_id: str | None  # the provider's own name for the message
    sent_at: datetime
    bundled_with: DeliveryId | None = None  # the message that told it; None: it went by itself
    type: Literal["delivery.sent"] = "delivery.sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDelayed(Delivery):
    """The message could not be sent so far; it is tried again, and nothing waits for it.

    Recorded from time to time while the attempts go on; the newest one counts.
    """

    attempts: int  # so far
    error: str  # named fault of the last attempt, without addresses or secrets
    delayed_at: datetime
    type: Literal["delivery.delayed"] = "delivery.delayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed(Delivery):
    """The message could not be delivered, and is not tried again."""

    attempts: int
    error: str  # named fault, without addresses or secrets
    failed_at: datetime
    type: Literal["delivery.failed"] = "delivery.failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySuppressed(Delivery):
    """The message was not sent, because it was no longer wanted when its turn came."""

    reason: str
    suppressed_at: datetime
    type: Literal["delivery.suppressed"] = "delivery.suppressed"


type DeliveryEvent = DeliverySent | DeliveryDelayed | DeliveryFailed | DeliverySuppressed

DELIVERY_EVENTS: tuple[type, ...] = (
    DeliverySent,
    DeliveryDelayed,
    DeliveryFailed,
    DeliverySuppressed,
)
