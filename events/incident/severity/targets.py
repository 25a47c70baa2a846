"""Page targets: the people a severity pages, levels at once, and the escalation timeout."""

from typing import Final

from events.ids import EscalationPolicyId, ResponderId
from events.page.plan import PageTarget
from events.response_policy.policy import ResponsePolicy, SeverityResponse, Who

PRIMARY_AND_SECONDARY: Final = 2  # levels


def page_target(
    policy: ResponsePolicy,
    response: SeverityResponse,
    escalation_policy_id: EscalationPolicyId | None,
    *,
    own_team_only: bool = False,
    but: frozenset[ResponderId] = frozenset(),
) -> PageTarget | None:
    """Return the target of the response's page; None if that is nobody."""
    all_hands = response.who is Who.ALL_HANDS
    named = policy.everybody if all_hands and not own_team_only else ()
    if escalation_policy_id is None and not set(named) - but:
        return None
    return PageTarget(
        escalation_policy_id=escalation_policy_id,
        levels_at_once=PRIMARY_AND_SECONDARY if all_hands else 1,
        responder_ids=named,
        acknowledge_within=response.acknowledge_within,
        but=tuple(sorted(but)),
    )
