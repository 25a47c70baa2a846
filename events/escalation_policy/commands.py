"""What may be asked of an escalation policy."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.escalation_policy.events import Level
from events.ids import EscalationPolicyId


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineEscalationPolicy:
    """Create the policy, or replace what it says."""

    escalation_policy_id: EscalationPolicyId
    name: str
    levels: tuple[Level, ...]
    repeats: int
    actor: Actor
    at: datetime
