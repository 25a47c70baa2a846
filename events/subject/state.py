"""Subject state, folded from its events: whether the person was forgotten."""

from dataclasses import dataclass

from events.subject.events import SubjectForgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject as the rules see it."""

    forgotten: bool = False


INITIAL = Subject()


def evolve(_subject: Subject, _event: SubjectForgotten) -> Subject:
    """Return the subject after the event; never refuses."""
    return Subject(forgotten=True)
