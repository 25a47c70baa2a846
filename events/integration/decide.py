"""The rules of an integration: created once, revoked for good."""

from typing import assert_never

from events.decider import Decider
from events.errors import AlreadyExists, IntegrationNotFound
from events.integration.commands import CreateIntegration, IntegrationCommand, RevokeIntegration
from events.integration.events import (
    INTEGRATION_EVENTS,
    IntegrationCreated,
    IntegrationEvent,
    IntegrationRevoked,
)
from events.integration.state import INITIAL, Integration, evolve


def decide(command: IntegrationCommand, integration: Integration) -> list[IntegrationEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case CreateIntegration():
            return create(command, integration)
        case RevokeIntegration():
            return revoke(command, integration)
        case _:
            assert_never(command)


def create(command: CreateIntegration, integration: Integration) -> list[IntegrationEvent]:
    """Create it; its key is made once, so it is never created twice.

    Raises: AlreadyExists.
    """
    if integration.integration_id is not None:
        raise AlreadyExists(f"Integration {integration.integration_id} already exists.")
    return [
        IntegrationCreated(
            integration_id=command.integration_id,
            name=command.name,
            service_id=command.service_id,
            secret_hash=command.secret_hash,
            created_by=command.actor.name,
            created_at=command.at,
        )
    ]


def revoke(command: RevokeIntegration, integration: Integration) -> list[IntegrationEvent]:
    """Close the door.

    Raises: IntegrationNotFound.
    """
    if integration.integration_id is None:
        raise IntegrationNotFound("No such integration.")
    if integration.revoked:
        return []
    return [
        IntegrationRevoked(
            integration_id=integration.integration_id,
            revoked_by=command.actor.name,
            revoked_at=command.at,
        )
    ]


integration_decider: Decider[IntegrationCommand, Integration, IntegrationEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=INTEGRATION_EVENTS
)
