"""Announcement events. The stream is the delivery ledger of its messages, too."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.delivery.events import DELIVERY_EVENTS, DeliveryEvent, IntendedDelivery
from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementPlanned:
    """A status update is being sent to these subscribers; to none, if nobody subscribed."""

    incident_id: IncidentId
    number: int  # of the status update
    deliveries: tuple[IntendedDelivery, ...]
    complete: bool  # false: more subscribers of this update follow in another event
    planned_at: datetime
    schema_version: ClassVar[int] = 2
    type: Literal["announcement.planned"] = "announcement.planned"


type AnnouncementEvent = AnnouncementPlanned | DeliveryEvent

ANNOUNCEMENT_EVENTS: tuple[type, ...] = (AnnouncementPlanned, *DELIVERY_EVENTS)
