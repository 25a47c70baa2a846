"""Page planning: a policy's levels, those it hands over to, people by name, escalation timeouts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate
from typing import Final

from events.configuration.escalation_policy import EscalationPolicyDefined
from events.escalation.level import Level
from events.escalation.target import Target, people
from events.page.plan import HandOver, PagePlan, PageTarget, Part, PlannedLevel

ESCALATION_TIMEOUT: Final = timedelta(minutes=5)  # of people who are paged without a policy
REPEATS: Final = 1  # of such a page
MOST_POLICIES: Final = 10  # that a page goes through


def plan_for(
    target: PageTarget, policies: Sequence[EscalationPolicyDefined], first_round: int = 1
) -> PagePlan:
    """Return the plan; an unknown policy and nobody by name give one without levels.

    `policies` are the target's own, and those that it hands over to, in order.
    """
    legs = [_of_policy(policy) for policy in policies] or [[]]
    own = [_with_people(target, legs[0][target.from_level - 1 :]), *legs[1:]]
    kept = [[_in_time(level, target) for level in _without(target, leg)] for leg in own]
    starts = list(accumulate(map(len, kept), initial=1))
    repeats = policies[0].repeats if policies else 0
    return PagePlan(
        escalation_policy_id=target.escalation_policy_id,
        levels=tuple(level for leg in kept for level in leg),
        repeats=REPEATS if target.escalation_policy_id is None else repeats,
        hand_overs=tuple(
            HandOver(
                escalation_policy_id=policy.escalation_policy_id,
                from_level=start,
                repeats=policy.repeats,
            )
            for policy, start, leg in zip(policies[1:], starts[1:], kept[1:], strict=False)
            if leg
        ),
        on_exhausted=tuple(
            dict.fromkeys(target for policy in policies for target in policy.on_exhausted)
        ),
        but=target.but,
        first_round=first_round,
    )


def _of_policy(policy: EscalationPolicyDefined) -> list[PlannedLevel]:
    return [
        PlannedLevel(
            parts=(_part(policy, number, level),), escalation_timeout=level.escalation_timeout
        )
        for number, level in enumerate(policy.levels, 1)
    ]


def _part(policy: EscalationPolicyDefined, number: int, level: Level) -> Part:
    return Part(
        targets=level.targets,
        assign=level.assign,
        acknowledge=level.acknowledge,
        when=level.when,
        escalation_policy_id=policy.escalation_policy_id,
        level=number,
        team_id=policy.team_id,
    )


def _with_people(target: PageTarget, levels: list[PlannedLevel]) -> list[PlannedLevel]:
    """Return the levels, the first ones as one, with the people who are named besides."""
    at_once, later = levels[: target.levels_at_once], levels[target.levels_at_once :]
    on_levels = {one for level in at_once for one in level.targets}
    named = tuple(one for one in people(target.responder_ids) if one not in on_levels)
    parts = tuple(part for level in at_once for part in level.parts)
    if named:
        parts = (*parts, Part(targets=named))
    if not parts:
        return later
    first = PlannedLevel(
        parts=parts,
        escalation_timeout=min(
            (level.escalation_timeout for level in at_once), default=ESCALATION_TIMEOUT
        ),
    )
    return [first, *later]


def _without(target: PageTarget, levels: list[PlannedLevel]) -> list[PlannedLevel]:
    """Return the levels without those whom this page is not for, and that nobody is left on."""
    if not target.but:
        return levels

    def left(targets: tuple[Target, ...]) -> tuple[Target, ...]:
        return tuple(one for one in targets if one.responder_id not in target.but)

    others = [
        replace(
            level,
            parts=tuple(
                replace(part, targets=left(part.targets))
                for part in level.parts
                if left(part.targets)
            ),
        )
        for level in levels
    ]
    return [level for level in others if level.parts]


def _in_time(level: PlannedLevel, target: PageTarget) -> PlannedLevel:
    within = target.acknowledge_within
    return (
        level
        if within is None
        else replace(level, escalation_timeout=min(level.escalation_timeout, within))
    )
