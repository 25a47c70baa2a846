"""Follow-up events. The stream is the delivery ledger of its messages, too."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.delivery.events import DELIVERY_EVENTS, DeliveryEvent, IntendedDelivery
from events.follow_up.reminders import Reminder
from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderGiven:
    """People are being reminded of what is to be done; no way to them: none."""

    incident_id: IncidentId
    reminder: Reminder
    deliveries: tuple[IntendedDelivery, ...]
    given_at: datetime
    schema_version: ClassVar[int] = 2
    type: Literal["reminder.given"] = "reminder.given"


type FollowUpEvent = ReminderGiven | DeliveryEvent

FOLLOW_UP_EVENTS: tuple[type, ...] = (ReminderGiven, *DELIVERY_EVENTS)
