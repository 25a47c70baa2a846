"""What can happen to an integration."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IntegrationId, ServiceId


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationCreated:
    """A monitor may send alerts for the service, with a key that was shown once."""

    integration_id: IntegrationId
    name: str
    service_id: ServiceId
    secret_hash: str  # hex SHA-256 of the key's secret part
    created_by: str
    created_at: datetime
    type: Literal["integration.created"] = "integration.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationRevoked:
    """The integration's key no longer opens the door."""

    integration_id: IntegrationId
    revoked_by: str
    revoked_at: datetime
    type: Literal["integration.revoked"] = "integration.revoked"


type IntegrationEvent = IntegrationCreated | IntegrationRevoked

INTEGRATION_EVENTS: tuple[type, ...] = (IntegrationCreated, IntegrationRevoked)
