"""Policies in the past: the chain that a page went through, with one of them changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from events.backtest.past import PastPage, PastPlan
from events.configuration.escalation_policy import EscalationPolicyDefined
from events.ids import EscalationPolicyId
from events.page.plan import PagePlan
from events.page.planning import MOST_POLICIES, plan_for

type PolicyHistory = Mapping[EscalationPolicyId, Sequence[EscalationPolicyDefined]]


def changed_plan(
    history: PolicyHistory, changed: EscalationPolicyDefined, page: PastPage, past: PastPlan
) -> PagePlan:
    """Return the plan that a page would have had; the other policies say what they said then."""
    chain: dict[EscalationPolicyId, EscalationPolicyDefined] = {}
    policy_id = page.target.escalation_policy_id
    while policy_id is not None and policy_id not in chain and len(chain) < MOST_POLICIES:
        is_changed = policy_id == changed.escalation_policy_id
        policy = changed if is_changed else policy_then(history.get(policy_id, ()), past.begins_at)
        if policy is None:
            break
        chain[policy_id] = policy
        policy_id = policy.hand_over_to
    return plan_for(page.target, tuple(chain.values()), past.plan.first_round)


def policy_then(
    definitions: Sequence[EscalationPolicyDefined], at: datetime
) -> EscalationPolicyDefined | None:
    """Return what a policy said at an instant; before it said anything, what it said first."""
    held = [one for one in definitions if one.defined_at <= at]
    return held[-1] if held else next(iter(definitions), None)
