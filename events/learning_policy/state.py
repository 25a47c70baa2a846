"""Learning policy state, folded from its events: the newest version."""

from dataclasses import dataclass

from events.learning_policy.events import LearningPolicyDefined
from events.learning_policy.policy import DEFAULT, LearningPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedLearningPolicy:
    """A learning policy as it is now; number 0 is the default, which nobody has to define."""

    number: int = 0
    policy: LearningPolicy = DEFAULT


INITIAL = DefinedLearningPolicy()


def evolve(_defined: DefinedLearningPolicy, event: LearningPolicyDefined) -> DefinedLearningPolicy:
    """Return the policy after the event; never refuses."""
    return DefinedLearningPolicy(number=event.number, policy=event.policy)
