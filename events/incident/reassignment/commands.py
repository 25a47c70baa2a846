"""Reassignment command: give the incident to others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import EscalationPolicyId, ResponderId
from events.values.inputs import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignIncident:
    """Reassign the incident: whoever has it has it no longer, and those named are paged for it."""

    responder_ids: tuple[ResponderId, ...]
    escalation_policy_id: EscalationPolicyId | None
    reason: Line
    actor: Actor
    at: datetime
    kind: Literal["reassign_incident"] = "reassign_incident"
