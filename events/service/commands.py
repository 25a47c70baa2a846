"""Service command: define a service."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import EscalationPolicyId, ServiceId, TeamId
from events.incident.phases import PhaseDeadline
from events.service.alert_handling import AlertHandling
from events.values.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineService:
    """Create the service, or replace what is known of it."""

    service_id: ServiceId
    name: str
    escalation_policy_id: EscalationPolicyId | None
    deadlines: tuple[PhaseDeadline, ...]
    team_id: TeamId | None = None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeServiceLinks:
    """Replace the links that the service's incidents begin with."""

    service_id: ServiceId
    links: tuple[Link, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeServiceAlertHandling:
    """Change how the alerts of the service's integrations are taken from now on."""

    service_id: ServiceId
    alert_handling: AlertHandling
    actor: Actor
    at: datetime


type ServiceCommand = DefineService | ChangeServiceLinks | ChangeServiceAlertHandling
