"""Hand-off events. The stream is the delivery ledger of its messages, too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.delivery.events import DELIVERY_EVENTS, DeliveryEvent, IntendedDelivery
from events.hand_off.notices import Notice
from events.ids import ScheduleId


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGiven:
    """People are being told of a shift, or that nobody covers some time; no way to them: none."""

    schedule_id: ScheduleId
    notice: Notice
    deliveries: tuple[IntendedDelivery, ...]
    given_at: datetime
    type: Literal["notice.given"] = "notice.given"


type HandOffEvent = NoticeGiven | DeliveryEvent

HAND_OFF_EVENTS: tuple[type, ...] = (NoticeGiven, *DELIVERY_EVENTS)
