"""Subject rule: a person is forgotten once, for ever, with a reason."""

from events.aggregate import Aggregate
from events.decider import Decider
from events.errors import ReasonRequired
from events.ids import SubjectId
from events.subject.commands import ForgetSubject
from events.subject.events import SUBJECT_EVENTS, SubjectForgotten
from events.subject.state import INITIAL, Subject, evolve


def decide(command: ForgetSubject, subject: Subject) -> list[SubjectForgotten]:
    """Return the fact that the person is forgotten, none if it is already so."""
    if not command.reason.strip():
        raise ReasonRequired("Say why the person is to be forgotten, without naming them.")
    if subject.forgotten:
        return []
    return [
        SubjectForgotten(
            subject_id=command.subject_id,
            reason=command.reason,
            forgotten_by=command.actor.name,
            forgotten_at=command.at,
        )
    ]


subject_decider: Decider[ForgetSubject, Subject, SubjectForgotten] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=SUBJECT_EVENTS
)

AGGREGATE = Aggregate(noun="subject", id=SubjectId, decider=subject_decider, commands=ForgetSubject)
