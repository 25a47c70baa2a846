"""Answer to a finding: what the team says to it, and until when that is enough."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NewType

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition
from events.errors import Unprocessable
from events.ids import ServiceId, TeamId

FindingId = NewType("FindingId", str)  # the measure, whose practice it is, and what it is about

LONGEST: Final = timedelta(days=366)


class AnswerEndImpossible(Unprocessable):
    """No answer is good until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFinding:
    """Say why a finding is as it is, and until when; it stays visible, with the answer."""

    finding_id: FindingId
    measure: str
    service_id: ServiceId | None
    team_id: TeamId | None  # neither: of everybody
    about: str | None
    reason: str
    until: datetime
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeFindingAnswered:
    """The team has said why a finding is as it is; the newest answer counts."""

    finding_id: FindingId
    measure: str
    service_id: ServiceId | None
    team_id: TeamId | None
    about: str | None
    reason: str
    until: datetime
    answered_by: str
    answered_at: datetime
    type: Literal["practice.finding_answered"] = "practice.finding_answered"


def _check(command: AnswerFinding) -> None:
    if not command.at < command.until <= command.at + LONGEST:
        raise AnswerEndImpossible(
            f"until {command.until:%Y-%m-%d}: choose a time from now to at most a year ahead, so"
            " that somebody looks at it again.",
            field="until",
        )


finding_answer_decider = definition(AnswerFinding, PracticeFindingAnswered, check=_check)

AGGREGATE = Aggregate(
    noun="practice", id=FindingId, decider=finding_answer_decider, commands=AnswerFinding
)
