"""The rule of a service: defining the same again changes nothing."""

from events.decider import Decider
from events.service.commands import DefineService
from events.service.events import SERVICE_EVENTS, ServiceDefined
from events.service.state import INITIAL, Service, evolve


def decide(command: DefineService, service: Service) -> list[ServiceDefined]:
    """Return the fact of the definition, none if it is already so."""
    wanted = Service(
        service_id=command.service_id,
        name=command.name,
        escalation_policy_id=command.escalation_policy_id,
        deadlines=command.deadlines,
    )
    if service == wanted:
        return []
    return [
        ServiceDefined(
            service_id=command.service_id,
            name=command.name,
            escalation_policy_id=command.escalation_policy_id,
            deadlines=command.deadlines,
            defined_by=command.actor.name,
            defined_at=command.at,
        )
    ]


service_decider: Decider[DefineService, Service, ServiceDefined] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=SERVICE_EVENTS
)
