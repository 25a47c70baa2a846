"""What a decision about a service needs to know, folded from its events."""

from dataclasses import dataclass

from events.ids import EscalationPolicyId, ServiceId
from events.incident.phases import DEFAULT_DEADLINES, PhaseDeadline
from events.service.events import ServiceDefined


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service as the rules, and whoever declares an incident, see it."""

    service_id: ServiceId | None = None
    name: str = ""
    escalation_policy_id: EscalationPolicyId | None = None
    deadlines: tuple[PhaseDeadline, ...] = DEFAULT_DEADLINES


INITIAL = Service()


def evolve(_service: Service, event: ServiceDefined) -> Service:
    """Return the service after the event; never refuses."""
    return Service(
        service_id=event.service_id,
        name=event.name,
        escalation_policy_id=event.escalation_policy_id,
        deadlines=event.deadlines,
    )
