"""What a decision about an escalation policy needs to know, folded from its events."""

from dataclasses import dataclass

from events.escalation_policy.events import EscalationPolicyDefined, Level
from events.ids import EscalationPolicyId


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicy:
    """An escalation policy as the rules, and the pager, see it."""

    escalation_policy_id: EscalationPolicyId | None = None
    name: str = ""
    levels: tuple[Level, ...] = ()
    repeats: int = 0


INITIAL = EscalationPolicy()


def evolve(_policy: EscalationPolicy, event: EscalationPolicyDefined) -> EscalationPolicy:
    """Return the policy after the event; never refuses."""
    return EscalationPolicy(
        escalation_policy_id=event.escalation_policy_id,
        name=event.name,
        levels=event.levels,
        repeats=event.repeats,
    )
