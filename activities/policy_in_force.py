"""Learning policy in force: a service's own, else everybody's, else the default."""

from events.folded_streams import newest_of
from events.ids import LearningPolicyId, ServiceId
from events.learning_policy.decide import AGGREGATE, learning_policy_decider
from events.learning_policy.policy import EVERYBODY, CapturedLearningPolicy
from events.log.store import Log


async def policy_in_force(log: Log, service_id: ServiceId | None) -> CapturedLearningPolicy:
    """Return the newest version of what holds for a service's incidents, as the log has it now.

    Raises: EventTooNew, LogUnavailable.
    """
    own = EVERYBODY if service_id is None else LearningPolicyId(service_id)
    asked = dict.fromkeys((own, EVERYBODY))
    streams = {one: AGGREGATE.stream(one) for one in asked}
    found = await newest_of(log, learning_policy_decider, [*streams.values()])
    holds = next((one for one in asked if found[streams[one]][0].number), EVERYBODY)
    state, _ = found[streams[holds]]
    return CapturedLearningPolicy(
        learning_policy_id=holds, number=state.number, policy=state.policy
    )
