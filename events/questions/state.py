"""Weekly question state, folded from its events: whether they are wanted, and which were asked."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from events.delivery.events import QUESTIONS
from events.delivery.ledger import Ledger, after
from events.ids import TeamId
from events.questions.events import QuestionsAsked, QuestionsEvent, QuestionsWanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The weekly questions of a team as their rules, and whoever sends them, see them."""

    weekly: bool = False
    week: date | None = None  # the newest that needs no more questions
    ledger: Ledger = field(default_factory=Ledger)

    def is_due(self, at: datetime) -> bool:
        """Return whether the week's questions are still to be asked."""
        return self.weekly and (self.week is None or week_of(at) > self.week)


INITIAL = Questions()


def week_of(at: datetime) -> date:
    """Return the Monday of a week, by UTC; each person hears of it in their own work hours."""
    day = at.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def evolve(questions: Questions, event: QuestionsEvent) -> Questions:
    """Return the questions after the event; never refuses."""
    match event:
        case QuestionsWanted(weekly=weekly, wanted_at=at):
            asked = max(questions.week or date.min, week_of(at))
            return replace(questions, weekly=weekly, week=asked)
        case QuestionsAsked(week=week, deliveries=deliveries):
            about = about_of(event.team_id, week)
            ledger = questions.ledger.intending(QUESTIONS, about, None, deliveries)
            return replace(questions, week=week, ledger=ledger)
        case _:
            return replace(questions, ledger=after(questions.ledger, event))


def about_of(team_id: TeamId, week: date) -> str:
    """Return what the messages of a week are about: its team and its Monday."""
    return f"{team_id} {week}"
