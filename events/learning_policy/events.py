"""Learning policy event: a version was defined."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import LearningPolicyId
from events.learning_policy.policy import LearningPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPolicyDefined:
    """The policy is, from now on, this; postmortems and reports that there are keep theirs."""

    learning_policy_id: LearningPolicyId
    number: int  # 1 for the first definition
    policy: LearningPolicy
    defined_by: str
    defined_at: datetime
    type: Literal["learning_policy.defined"] = "learning_policy.defined"


LEARNING_POLICY_EVENTS: tuple[type, ...] = (LearningPolicyDefined,)
