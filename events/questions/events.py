"""Weekly question events. The stream is the delivery ledger of its messages, too."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from events.delivery.events import DELIVERY_EVENTS, DeliveryEvent, IntendedDelivery
from events.ids import TeamId


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsWanted:
    """The team is, from the next week on, asked once a week, or is not any more."""

    team_id: TeamId
    weekly: bool
    wanted_by: str
    wanted_at: datetime
    type: Literal["questions.wanted"] = "questions.wanted"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsAsked:
    """People are being asked the questions of a week; nothing was to be asked: nobody is."""

    team_id: TeamId
    week: date  # its Monday
    deliveries: tuple[IntendedDelivery, ...]
    asked_at: datetime
    type: Literal["questions.asked"] = "questions.asked"


type QuestionsEvent = QuestionsWanted | QuestionsAsked | DeliveryEvent

QUESTIONS_EVENTS: tuple[type, ...] = (QuestionsWanted, QuestionsAsked, *DELIVERY_EVENTS)
