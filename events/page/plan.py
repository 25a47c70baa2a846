"""Page plan: a copy of the escalation policy, so that a running page never changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from events.escalation.condition import Condition
from events.escalation.level import Acknowledge, Assign
from events.escalation.target import Target
from events.ids import EscalationPolicyId, ResponderId, TeamId

NONE: Final = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTarget:
    """Whom a page is for: a policy's levels, people by name, or both."""

    escalation_policy_id: EscalationPolicyId | None = None
    from_level: int = 1  # of the policy: it begins there, where those before were paged already
    levels_at_once: int = 1  # how many of the policy's levels are paged together, as the first
    responder_ids: tuple[ResponderId, ...] = ()  # paged with the first level
    but: tuple[ResponderId, ...] = ()  # not paged, though they are on a level
    acknowledge_within: timedelta | None = None  # no level may stay silent longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Part of a planned level: what one level of a policy says, or people by name."""

    targets: tuple[Target, ...]  # who they are is found when the level is reached
    assign: Assign = Assign.EVERYBODY
    acknowledge: Acknowledge = Acknowledge.ONE
    when: Condition | None = None
    escalation_policy_id: EscalationPolicyId | None = None  # None: people by name
    level: int = 0  # of that policy
    team_id: TeamId | None = None  # owns the policy


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLevel:
    """Who is paged together, and how long they may stay silent before the next level."""

    parts: tuple[Part, ...]
    escalation_timeout: timedelta

    @property
    def targets(self) -> tuple[Target, ...]:
        """Return the targets of all its parts."""
        return tuple(target for part in self.parts for target in part.targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Another policy's levels, which follow when those before them are through."""

    escalation_policy_id: EscalationPolicyId
    from_level: int  # of the plan
    repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlan:
    """Levels in order; after the last one of a policy its round is repeated `repeats` times."""

    escalation_policy_id: EscalationPolicyId | None  # None: only people were named
    levels: tuple[PlannedLevel, ...]  # of the policy, then of those that it hands over to
    repeats: int
    hand_overs: tuple[HandOver, ...] = ()
    on_exhausted: tuple[Target, ...] = ()  # told when nobody answered
    but: tuple[ResponderId, ...] = ()  # never paged by it
    first_round: int = 1  # of a plan that replaced another, the one after its last

    def level_at(self, step: "Step | None") -> PlannedLevel | None:
        """Return the level of a step; where there is no step left, whoever is told of that."""
        if step is not None:
            return self.levels[step.level - 1]
        if not self.on_exhausted:
            return None
        return PlannedLevel(parts=(Part(targets=self.on_exhausted),), escalation_timeout=NONE)

    def _legs(self) -> Iterator[tuple[int, int, int]]:
        """Yield first level, last level and repeats of each policy."""
        starts = [1, *(one.from_level for one in self.hand_overs)]
        repeats = [self.repeats, *(one.repeats for one in self.hand_overs)]
        ends = [*(start - 1 for start in starts[1:]), len(self.levels)]
        yield from zip(starts, ends, repeats, strict=True)

    def leg_of(self, level: int) -> tuple[int, int, int]:
        """Return first level, last level and repeats of the policy that a level came from.

        A level that the plan does not have is at its end.
        """
        return next((leg for leg in self._legs() if level <= leg[1]), (level, level, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stop on the way: a level in a round. Both count from 1."""

    round: int
    level: int


def first_step(plan: PagePlan) -> Step:
    """Return where the page begins."""
    return Step(round=plan.first_round, level=1)


def step_after(step: Step, plan: PagePlan) -> Step | None:
    """Return the next step, None when the plan is exhausted."""
    first, last, repeats = plan.leg_of(step.level)
    if step.level < last:
        return Step(round=step.round, level=step.level + 1)
    if step.round - plan.first_round < repeats:
        return Step(round=step.round + 1, level=first)
    if last < len(plan.levels):
        return Step(round=plan.first_round, level=last + 1)
    return None
