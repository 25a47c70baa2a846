"""Page planning: a policy's levels, people by name, and their escalation timeouts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Final

from events.configuration.escalation_policy import Level
from events.ids import ResponderId
from events.page.plan import PagePlan, PageTarget, PlannedLevel

ESCALATION_TIMEOUT: Final = timedelta(minutes=5)  # of people who are paged without a policy
REPEATS: Final = 1  # of such a page


def plan_for(target: PageTarget, levels: Sequence[Level], repeats: int) -> PagePlan:
    """Return the plan; an unknown policy and nobody by name give one without levels."""
    if target.escalation_policy_id is None:
        repeats = REPEATS
    return PagePlan(
        escalation_policy_id=target.escalation_policy_id,
        levels=tuple(_in_time(level, target) for level in _with_people(target, levels)),
        repeats=repeats,
    )


def _with_people(target: PageTarget, levels: Sequence[Level]) -> list[PlannedLevel]:
    at_once, later = levels[: target.levels_at_once], levels[target.levels_at_once :]
    people = chain(*(level.responder_ids for level in at_once), target.responder_ids)
    first = PlannedLevel(
        responder_ids=_each_once(people),
        escalation_timeout=min(
            (level.escalation_timeout for level in at_once), default=ESCALATION_TIMEOUT
        ),
    )
    others = [
        PlannedLevel(responder_ids=level.responder_ids, escalation_timeout=level.escalation_timeout)
        for level in later
    ]
    named = [first, *others] if at_once or first.responder_ids else others
    return _without(target.but, named) if target.but else named


def _without(paged: Sequence[ResponderId], levels: list[PlannedLevel]) -> list[PlannedLevel]:
    """Return the levels without these people, and without those that nobody is left on."""
    others = [
        replace(
            level,
            responder_ids=tuple(
                responder_id for responder_id in level.responder_ids if responder_id not in paged
            ),
        )
        for level in levels
    ]
    return [level for level in others if level.responder_ids]


def _in_time(level: PlannedLevel, target: PageTarget) -> PlannedLevel:
    within = target.acknowledge_within
    return (
        level
        if within is None
        else replace(level, escalation_timeout=min(level.escalation_timeout, within))
    )


def _each_once(people: Iterable[ResponderId]) -> tuple[ResponderId, ...]:
    return tuple(dict.fromkeys(people))
