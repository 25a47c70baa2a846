"""The rules of an escalation policy."""

from events.decider import Decider
from events.errors import PolicyHasNoLevels
from events.escalation_policy.commands import DefineEscalationPolicy
from events.escalation_policy.events import ESCALATION_POLICY_EVENTS, EscalationPolicyDefined
from events.escalation_policy.state import INITIAL, EscalationPolicy, evolve


def decide(
    command: DefineEscalationPolicy, policy: EscalationPolicy
) -> list[EscalationPolicyDefined]:
    """Return the fact of the new definition, none if it is already so.

    Raises: PolicyHasNoLevels.
    """
    if not command.levels or any(not level.responder_ids for level in command.levels):
        raise PolicyHasNoLevels("Give at least one level, and at least one responder on each.")
    wanted = EscalationPolicy(
        escalation_policy_id=command.escalation_policy_id,
        name=command.name,
        levels=command.levels,
        repeats=command.repeats,
    )
    if policy == wanted:
        return []
    return [
        EscalationPolicyDefined(
            escalation_policy_id=command.escalation_policy_id,
            name=command.name,
            levels=command.levels,
            repeats=command.repeats,
            defined_by=command.actor.name,
            defined_at=command.at,
        )
    ]


escalation_policy_decider: Decider[
    DefineEscalationPolicy, EscalationPolicy, EscalationPolicyDefined
] = Decider(initial=INITIAL, decide=decide, evolve=evolve, event_types=ESCALATION_POLICY_EVENTS)
