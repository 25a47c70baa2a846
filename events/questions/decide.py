"""Weekly question rules: each week once, and only while they are wanted."""

from events.aggregate import Aggregate
from events.decider import Decider
from events.delivery.ledger import record
from events.ids import TeamId
from events.questions.commands import AskQuestions, QuestionsCommand, WantQuestions
from events.questions.events import (
    QUESTIONS_EVENTS,
    QuestionsAsked,
    QuestionsEvent,
    QuestionsWanted,
)
from events.questions.state import INITIAL, Questions, evolve


def decide(command: QuestionsCommand, questions: Questions) -> list[QuestionsEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case WantQuestions():
            return want(command, questions)
        case AskQuestions():
            return ask(command, questions)
        case _:
            return [*record(command, questions.ledger)]


def want(command: WantQuestions, questions: Questions) -> list[QuestionsEvent]:
    """Switch them on or off."""
    if command.weekly == questions.weekly:
        return []
    return [
        QuestionsWanted(
            team_id=command.team_id,
            weekly=command.weekly,
            wanted_by=command.actor.name,
            wanted_at=command.at,
        )
    ]


def ask(command: AskQuestions, questions: Questions) -> list[QuestionsEvent]:
    """Ask those of a week, unless that was done, or nobody wants them any more."""
    if not questions.weekly or (questions.week is not None and command.week <= questions.week):
        return []
    return [
        QuestionsAsked(
            team_id=command.team_id,
            week=command.week,
            deliveries=command.deliveries,
            asked_at=command.at,
        )
    ]


questions_decider: Decider[QuestionsCommand, Questions, QuestionsEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=QUESTIONS_EVENTS
)

AGGREGATE = Aggregate(
    noun="questions", id=TeamId, decider=questions_decider, commands=QuestionsCommand
)
