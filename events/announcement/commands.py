"""What the announcement's workflow asks of it."""

from dataclasses import dataclass
from datetime import datetime

from events.announcement.events import IntendedPost
from events.ids import DeliveryId, IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAnnouncement:
    """Send a status update to these subscribers."""

    incident_id: IncidentId
    number: int
    posts: tuple[IntendedPost, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPostSent:
    """Record that the provider took a post."""

    delivery_id: DeliveryId
    attempts: int
    provider_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPostDelayed:
    """Record that a post could not be sent so far, while it is tried again."""

    delivery_id: DeliveryId
    attempts: int  # so far
    error: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPostFailed:
    """Record that a post could not be delivered."""

    delivery_id: DeliveryId
    attempts: int
    error: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPostSuppressed:
    """Record that a post was not sent, because it was no longer wanted."""

    delivery_id: DeliveryId
    reason: str
    at: datetime


type AnnouncementCommand = (
    PlanAnnouncement | RecordPostSent | RecordPostDelayed | RecordPostFailed | RecordPostSuppressed
)
