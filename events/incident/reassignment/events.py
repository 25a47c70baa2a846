"""Reassignment event: the incident was given to others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import EscalationPolicyId, IncidentId, ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReassigned:
    """Others are asked to take the incident; whoever had it has it no longer."""

    incident_id: IncidentId
    responder_ids: tuple[ResponderId, ...]
    escalation_policy_id: EscalationPolicyId | None  # the incident's from now on; None: as before
    previously: str | None  # who had it; None: nobody did
    reason: str
    reassigned_by: str
    reassigned_at: datetime
    type: Literal["incident.reassigned"] = "incident.reassigned"
