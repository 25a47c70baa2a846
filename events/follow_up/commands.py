"""Follow-up command, given by the incident's follow-up workflow: remind people."""

from dataclasses import dataclass
from datetime import datetime

from events.delivery.commands import DeliveryCommand
from events.delivery.events import IntendedDelivery
from events.follow_up.reminders import Reminder
from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveReminder:
    """Give one reminder, over these ways."""

    incident_id: IncidentId
    reminder: Reminder
    deliveries: tuple[IntendedDelivery, ...]
    at: datetime


type FollowUpCommand = GiveReminder | DeliveryCommand
