"""Page plan: a copy of the escalation policy, so that a running page never changes."""

from dataclasses import dataclass
from datetime import timedelta

from events.ids import EscalationPolicyId, ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTarget:
    """Whom a page is for: a policy's levels, people by name, or both."""

    escalation_policy_id: EscalationPolicyId | None = None
    levels_at_once: int = 1  # how many of the policy's levels are paged together, as the first
    responder_ids: tuple[ResponderId, ...] = ()  # paged with the first level
    but: tuple[ResponderId, ...] = ()  # not paged, though they are on a level
    acknowledge_within: timedelta | None = None  # no level may stay silent longer


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLevel:
    """Who is paged together, and how long they may stay silent before the next level."""

    responder_ids: tuple[ResponderId, ...]
    escalation_timeout: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlan:
    """Levels in order; after the last one the whole round is repeated `repeats` times."""

    escalation_policy_id: EscalationPolicyId | None  # None: only people were named
    levels: tuple[PlannedLevel, ...]
    repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stop on the way: a level in a round. Both count from 1."""

    round: int
    level: int


def first_step() -> Step:
    """Return where every page begins."""
    return Step(round=1, level=1)


def step_after(step: Step, plan: PagePlan) -> Step | None:
    """Return the next step, None when the plan is exhausted."""
    if step.level < len(plan.levels):
        return Step(round=step.round, level=step.level + 1)
    if step.round <= plan.repeats:
        return Step(round=step.round + 1, level=1)
    return None
