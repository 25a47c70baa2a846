"""Escalation policy: levels of people, their escalation timeouts, how often to repeat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition
from events.errors import NotFound, Unprocessable
from events.ids import EscalationPolicyId, ResponderId


class EscalationPolicyNotFound(NotFound):
    """There is no such escalation policy."""


class PolicyHasNoLevels(Unprocessable):
    """An escalation policy needs at least one level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """People who are paged together, and how long they may stay silent."""

    responder_ids: tuple[ResponderId, ...]
    escalation_timeout: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineEscalationPolicy:
    """Create the policy, or replace what it says."""

    escalation_policy_id: EscalationPolicyId
    name: str
    levels: tuple[Level, ...]
    repeats: int
    actor: Actor
    at: datetime


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


def require_people(command: DefineEscalationPolicy) -> None:
    """Refuse a policy that would page nobody.

    Raises: PolicyHasNoLevels.
    """
    if not command.levels or any(not level.responder_ids for level in command.levels):
        raise PolicyHasNoLevels("Give at least one level, and at least one responder on each.")


escalation_policy_decider = definition(
    DefineEscalationPolicy, EscalationPolicyDefined, check=require_people
)

AGGREGATE = Aggregate(
    noun="escalation_policy",
    id=EscalationPolicyId,
    decider=escalation_policy_decider,
    commands=DefineEscalationPolicy,
)
