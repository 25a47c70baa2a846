"""Chain of escalation policies: one, and those that it hands over to, as the log has them."""

from events.configuration.escalation_policy import (
    DefineEscalationPolicy,
    EscalationPolicyDefined,
    PoliciesGoInCircles,
    escalation_policy_decider,
)
from events.ids import EscalationPolicyId, escalation_policy_stream
from events.loading import load
from events.log.store import Log
from events.page.planning import MOST_POLICIES


async def chain_of(
    log: Log, policy_id: EscalationPolicyId | None
) -> tuple[EscalationPolicyDefined, ...]:
    """Return the policy and those it hands over to, each once, as far as a page goes.

    Two policies that were changed at one moment may go in circles: here they end.
    Raises: LogFault.
    """
    chain: dict[EscalationPolicyId, EscalationPolicyDefined] = {}
    while policy_id is not None and policy_id not in chain and len(chain) < MOST_POLICIES:
        policy, _ = await load(log, escalation_policy_decider, escalation_policy_stream(policy_id))
        if policy is None:
            break
        chain[policy_id] = policy
        policy_id = policy.hand_over_to
    return tuple(chain.values())


async def require_no_circle(log: Log, command: DefineEscalationPolicy) -> None:
    """Refuse a policy that comes back to itself through those it hands over to.

    Raises: PoliciesGoInCircles, LogFault.
    """
    chain = [one.escalation_policy_id for one in await chain_of(log, command.hand_over_to)]
    own = command.escalation_policy_id
    if own in chain:
        way = " → ".join([own, *chain[: chain.index(own) + 1]])
        raise PoliciesGoInCircles(
            f"The policies would go in circles: {way}. Hand over to another one, or to none.",
            field="hand_over_to",
        )
    if len(chain) >= MOST_POLICIES:
        raise PoliciesGoInCircles(
            f"A page goes through at most {MOST_POLICIES} policies: hand over to a shorter chain.",
            field="hand_over_to",
        )
