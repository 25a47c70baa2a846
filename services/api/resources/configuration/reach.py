"""Reach of paging: what a change of configuration leaves without anybody to page, in words.

Such a change is accepted, because people are added in some order; but nobody learns at 03:00 that
it was never finished.
"""

from collections.abc import Sequence
from datetime import datetime

from activities.page.resolving import Resolving
from events.configuration.escalation_policy import escalation_policy_decider
from events.configuration.responder import ResponderKind
from events.escalation.level import Level
from events.ids import EscalationPolicyId, escalation_policy_stream
from events.loading import load
from events.log.store import Log
from events.page.plan import Part, PlannedLevel
from events.page.resolving import About, Resolved


def warnings_of_responder(responder_id: str, methods: int) -> list[str]:
    """Return what is wrong with a responder who has so many contact methods."""
    if methods:
        return []
    return [f"{responder_id} has no contact method: nobody can page {responder_id}. Add one."]


async def warnings_of_levels(log: Log, levels: Sequence[Level], at: datetime) -> list[str]:
    """Return which levels of a policy reach nobody who can answer, as things stand at an instant.

    Raises: LogFault.
    """
    reached = [await _reached(log, level, at) for level in levels]
    if not any(_can_answer(one) for one in reached):
        return ["This escalation policy pages nobody: on none of its levels is anybody to page."]
    warnings = [
        f"Level {number} reaches nobody: {one.empty}."
        for number, one in enumerate(reached, 1)
        if one.empty is not None
    ]
    if all(level.when is not None for level in levels):
        warnings.append("Every level has a condition: an incident that meets none pages nobody.")
    return warnings


async def warnings_of_service(
    log: Log, policy_id: EscalationPolicyId | None, at: datetime
) -> list[str]:
    """Return what keeps a service with this policy from paging anybody.

    Raises: LogUnavailable.
    """
    if policy_id is None:
        return ["Nobody is paged for this service: it has no escalation policy."]
    stream = escalation_policy_stream(policy_id)
    policy, _ = await load(log, escalation_policy_decider, stream)
    levels = policy.levels if policy else ()
    return [f"{policy_id}: {one}" for one in await warnings_of_levels(log, levels, at)]


async def _reached(log: Log, level: Level, at: datetime) -> Resolved:
    """Return whom a level reaches, whatever its condition is."""
    part = Part(targets=level.targets)
    planned = PlannedLevel(parts=(part,), escalation_timeout=level.escalation_timeout)
    return await Resolving(log, About(severity=None, service_id=None, at=at)).shown(planned)


def _can_answer(reached: Resolved) -> bool:
    return any(one.kind is ResponderKind.PERSON for one in reached.people)
