"""Integration: a monitor that may send alerts for one service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import issued_once
from events.errors import AlreadyExists, NotFound
from events.ids import IntegrationId, ServiceId


class IntegrationNotFound(NotFound):
    """There is no such integration."""


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
    """Refuse the monitor's key from now on."""

    actor: Actor
    at: datetime


type IntegrationCommand = CreateIntegration | RevokeIntegration


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
    """The integration's key is refused from now on."""

    integration_id: IntegrationId
    revoked_by: str
    revoked_at: datetime
    type: Literal["integration.revoked"] = "integration.revoked"


integration_decider = issued_once(
    CreateIntegration,
    IntegrationCreated,
    RevokeIntegration,
    IntegrationRevoked,
    exists=lambda create: AlreadyExists(f"Integration {create.integration_id} already exists."),
    missing=lambda: IntegrationNotFound("No such integration."),
)

AGGREGATE = Aggregate(
    noun="integration", id=IntegrationId, decider=integration_decider, commands=IntegrationCommand
)
