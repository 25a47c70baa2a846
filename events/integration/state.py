"""What a decision about an integration needs to know, folded from its events."""

from dataclasses import dataclass, replace
from typing import assert_never

from events.ids import IntegrationId, ServiceId
from events.integration.events import IntegrationCreated, IntegrationEvent, IntegrationRevoked


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """An integration as the rules, and the ingest door, see it."""

    integration_id: IntegrationId | None = None
    name: str = ""
    service_id: ServiceId | None = None
    secret_hash: str = ""
    revoked: bool = False


INITIAL = Integration()


def evolve(integration: Integration, event: IntegrationEvent) -> Integration:
    """Return the integration after the event; never refuses."""
    match event:
        case IntegrationCreated():
            return Integration(
                integration_id=event.integration_id,
                name=event.name,
                service_id=event.service_id,
                secret_hash=event.secret_hash,
            )
        case IntegrationRevoked():
            return replace(integration, revoked=True)
        case _:
            assert_never(event)
