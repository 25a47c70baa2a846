"""Weekly question commands: people want them or not; the team's workflow asks them."""

from dataclasses import dataclass
from datetime import date, datetime

from events.actor import Actor
from events.delivery.commands import DeliveryCommand
from events.delivery.events import IntendedDelivery
from events.ids import TeamId


@dataclass(frozen=True, slots=True, kw_only=True)
class WantQuestions:
    """Have the team asked once a week, or not any more."""

    team_id: TeamId
    weekly: bool
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuestions:
    """Ask the questions of one week, over these ways."""

    team_id: TeamId
    week: date  # its Monday
    deliveries: tuple[IntendedDelivery, ...]
    at: datetime


type QuestionsCommand = WantQuestions | AskQuestions | DeliveryCommand
