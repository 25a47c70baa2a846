"""What can happen to an escalation policy."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from events.ids import EscalationPolicyId, ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """People who are paged together, and how long they may stay silent."""

    responder_ids: tuple[ResponderId, ...]
    escalation_timeout: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicyDefined:
    """The policy is, from now on, this; pages that run keep the plan they started with."""

    escalation_policy_id: EscalationPolicyId
    name: str
    levels: tuple[Level, ...]
    repeats: int
    defined_by: str
    defined_at: datetime
    type: Literal["escalation_policy.defined"] = "escalation_policy.defined"


ESCALATION_POLICY_EVENTS: tuple[type, ...] = (EscalationPolicyDefined,)
