"""Service state, folded from its events."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from events.ids import EscalationPolicyId, ServiceId, TeamId
from events.incident.phases import DEFAULT_DEADLINES, PhaseDeadline
from events.service.alert_handling import AS_USUAL, AlertHandling
from events.service.events import (
    ServiceAlertHandlingChanged,
    ServiceDefined,
    ServiceEvent,
    ServiceLinksChanged,
)
from events.values.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service as the rules, and whoever declares an incident, see it."""

    service_id: ServiceId | None = None
    name: str = ""
    escalation_policy_id: EscalationPolicyId | None = None
    deadlines: tuple[PhaseDeadline, ...] = DEFAULT_DEADLINES
    team_id: TeamId | None = None
    links: tuple[Link, ...] = ()  # that its incidents begin with
    alert_handling: AlertHandling = AS_USUAL
    alert_handling_changed_at: datetime | None = None


INITIAL = Service()


def evolve(service: Service, event: ServiceEvent) -> Service:
    """Return the service after the event; never refuses."""
    match event:
        case ServiceDefined():
            return replace(
                service,
                service_id=event.service_id,
                name=event.name,
                escalation_policy_id=event.escalation_policy_id,
                deadlines=event.deadlines,
                team_id=event.team_id,
            )
        case ServiceLinksChanged():
            return replace(service, links=event.links)
        case ServiceAlertHandlingChanged():
            return replace(
                service,
                alert_handling=event.alert_handling,
                alert_handling_changed_at=event.alert_handling_changed_at,
            )
        case _:
            assert_never(event)
