"""What may be asked of an integration."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import IntegrationId, ServiceId


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateIntegration:
    """Let a monitor send alerts."""

    integration_id: IntegrationId
    name: str
    service_id: ServiceId
    secret_hash: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeIntegration:
    """Close the door to the monitor."""

    actor: Actor
    at: datetime


type IntegrationCommand = CreateIntegration | RevokeIntegration
