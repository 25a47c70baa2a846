"""Service events: defined, or defined anew."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.ids import EscalationPolicyId, ServiceId, TeamId
from events.incident.phases import PhaseDeadline
from events.service.alert_handling import AlertHandling
from events.values.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDefined:
    """The service is known, or changed; incidents declared from now on follow it."""

    schema_version: ClassVar[int] = 2
    service_id: ServiceId
    name: str
    escalation_policy_id: EscalationPolicyId | None
    deadlines: tuple[PhaseDeadline, ...]
    team_id: TeamId | None = None  # whose service it is
    defined_by: str
    defined_at: datetime
    type: Literal["service.defined"] = "service.defined"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLinksChanged:
    """Incidents of the service that are declared from now on begin with these links."""

    service_id: ServiceId
    links: tuple[Link, ...]
    changed_by: str
    changed_at: datetime
    type: Literal["service.links_changed"] = "service.links_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAlertHandlingChanged:
    """Alerts of the service's integrations are taken like this from now on."""

    service_id: ServiceId
    alert_handling: AlertHandling
    alert_handling_changed_by: str
    alert_handling_changed_at: datetime
    type: Literal["service.alert_handling_changed"] = "service.alert_handling_changed"


type ServiceEvent = ServiceDefined | ServiceLinksChanged | ServiceAlertHandlingChanged

SERVICE_EVENTS: tuple[type, ...] = (
    ServiceDefined,
    ServiceLinksChanged,
    ServiceAlertHandlingChanged,
)
