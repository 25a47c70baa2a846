"""Announcement command, given by its workflow: send an update to these subscribers."""

from dataclasses import dataclass
from datetime import datetime

from events.delivery.commands import DeliveryCommand
from events.delivery.events import IntendedDelivery
from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAnnouncement:
    """Send a status update to these subscribers."""

    incident_id: IncidentId
    number: int
    deliveries: tuple[IntendedDelivery, ...]
    at: datetime


type AnnouncementCommand = PlanAnnouncement | DeliveryCommand
