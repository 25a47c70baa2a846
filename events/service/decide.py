"""Service rules: defining the same again changes nothing, and links are safe addresses."""

from dataclasses import replace
from typing import assert_never

from events.aggregate import Aggregate
from events.decider import Decider
from events.errors import LinkRefused, ServiceNotFound
from events.ids import ServiceId
from events.service.commands import (
    ChangeServiceAlertHandling,
    ChangeServiceLinks,
    DefineService,
    ServiceCommand,
)
from events.service.events import (
    SERVICE_EVENTS,
    ServiceAlertHandlingChanged,
    ServiceDefined,
    ServiceEvent,
    ServiceLinksChanged,
)
from events.service.state import INITIAL, Service, evolve
from events.values.links import is_safe_url


def decide(command: ServiceCommand, service: Service) -> list[ServiceEvent]:
    """Return the fact this command leads to, none if it is already so."""
    match command:
        case DefineService():
            return define(command, service)
        case ChangeServiceLinks():
            return change_links(command, service)
        case ChangeServiceAlertHandling():
            return change_alert_handling(command, service)
        case _:
            assert_never(command)


def define(command: DefineService, service: Service) -> list[ServiceEvent]:
    """Create the service, or replace what is known of it; its links stay."""
    wanted = replace(
        service,
        service_id=command.service_id,
        name=command.name,
        escalation_policy_id=command.escalation_policy_id,
        deadlines=command.deadlines,
        team_id=command.team_id,
    )
    if service == wanted:
        return []
    return [
        ServiceDefined(
            service_id=command.service_id,
            name=command.name,
            escalation_policy_id=command.escalation_policy_id,
            deadlines=command.deadlines,
            team_id=command.team_id,
            defined_by=command.actor.name,
            defined_at=command.at,
        )
    ]


def change_links(command: ChangeServiceLinks, service: Service) -> list[ServiceEvent]:
    """Replace the links that the service's incidents begin with.

    Raises: ServiceNotFound, LinkRefused.
    """
    if service.service_id is None:
        raise ServiceNotFound(f"No such service: {command.service_id}.")
    urls = [link.url for link in command.links]
    if not all(map(is_safe_url, urls)):
        raise LinkRefused("Give one https address, without a password and without spaces.")
    if len(set(urls)) != len(urls):
        raise LinkRefused("Give each address once.")
    if command.links == service.links:
        return []
    return [
        ServiceLinksChanged(
            service_id=command.service_id,
            links=command.links,
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def change_alert_handling(
    command: ChangeServiceAlertHandling, service: Service
) -> list[ServiceEvent]:
    """Change how the alerts of its integrations are taken.

    Raises: ServiceNotFound.
    """
    if service.service_id is None:
        raise ServiceNotFound(f"No such service: {command.service_id}.")
    if command.alert_handling == service.alert_handling:
        return []
    return [
        ServiceAlertHandlingChanged(
            service_id=command.service_id,
            alert_handling=command.alert_handling,
            alert_handling_changed_by=command.actor.name,
            alert_handling_changed_at=command.at,
        )
    ]


service_decider: Decider[ServiceCommand, Service, ServiceEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=SERVICE_EVENTS
)

AGGREGATE = Aggregate(
    noun="service", id=ServiceId, decider=service_decider, commands=ServiceCommand
)
