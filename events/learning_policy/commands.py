"""Learning policy command: define the next version."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import LearningPolicyId
from events.learning_policy.policy import LearningPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineLearningPolicy:
    """Replace what a learning policy says."""

    learning_policy_id: LearningPolicyId  # a service's id, or "default": of all that have none
    policy: LearningPolicy
    actor: Actor
    at: datetime
