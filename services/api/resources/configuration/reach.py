"""Reach of paging: what a change of configuration leaves without anybody to page, in words.

Such a change is accepted, because people are added in some order; but nobody learns at 03:00 that
it was never finished.
"""

from collections.abc import Sequence

from events.configuration.escalation_policy import escalation_policy_decider
from events.configuration.responder import responder_decider
from events.escalation.level import Level
from events.ids import (
    EscalationPolicyId,
    ResponderId,
    SubjectId,
    escalation_policy_stream,
    responder_stream,
    subject_stream,
)
from events.loading import load
from events.log.store import Log
from events.subject.decide import subject_decider


def warnings_of_responder(responder_id: str, methods: int) -> list[str]:
    """Return what is wrong with a responder who has so many contact methods."""
    if methods:
        return []
    return [f"{responder_id} has no contact method: nobody can page {responder_id}. Add one."]


async def warnings_of_levels(log: Log, levels: Sequence[Level]) -> list[str]:
    """Return which levels of a policy reach nobody.

    Raises: LogUnavailable.
    """
    reached = [await _is_reached(log, level) for level in levels]
    if not any(reached):
        return ["This escalation policy pages nobody: none of its people has a contact method."]
    return [
        f"Level {number} reaches nobody: none of its people has a contact method."
        for number, one in enumerate(reached, 1)
        if not one
    ]


async def warnings_of_service(log: Log, policy_id: EscalationPolicyId | None) -> list[str]:
    """Return what keeps a service with this policy from paging anybody.

    Raises: LogUnavailable.
    """
    if policy_id is None:
        return ["Nobody is paged for this service: it has no escalation policy."]
    stream = escalation_policy_stream(policy_id)
    policy, _ = await load(log, escalation_policy_decider, stream)
    levels = policy.levels if policy else ()
    return [f"{policy_id}: {one}" for one in await warnings_of_levels(log, levels)]


async def _is_reached(log: Log, level: Level) -> bool:
    for target in level.targets:
        responder_id = target.responder_id
        if responder_id is None or await _has_contact_method(log, responder_id):
            return True
    return False


async def _has_contact_method(log: Log, responder_id: ResponderId) -> bool:
    about, _ = await load(log, subject_decider, subject_stream(SubjectId(responder_id)))
    if about.forgotten:
        return False
    responder, _ = await load(log, responder_decider, responder_stream(responder_id))
    return responder is not None and bool(responder.contact_methods)
