"""Hand-off command, given by the schedule's workflow: tell people."""

from dataclasses import dataclass
from datetime import datetime

from events.delivery.commands import DeliveryCommand
from events.delivery.events import IntendedDelivery
from events.hand_off.notices import Notice
from events.ids import ScheduleId


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveNotice:
    """Give one notice, over these ways."""

    schedule_id: ScheduleId
    notice: Notice
    deliveries: tuple[IntendedDelivery, ...]
    at: datetime


type HandOffCommand = GiveNotice | DeliveryCommand
