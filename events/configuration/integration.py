"""Integration: a monitor that may send alerts for one service, signed if it can sign them.

One whose JSON nobody here knows carries a mapping that says how to read it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Final, Literal, assert_never

from events.actor import Actor
from events.aggregate import Aggregate
from events.decider import Decider
from events.definition import fact_of
from events.errors import AlreadyExists, Gone, NotFound
from events.ids import IntegrationId, ServiceId
from events.mapping.body_mapping import BodyMapping, require_mapping
from events.values.personal import Personal


class IntegrationNotFound(NotFound):
    """There is no such integration."""


class IntegrationRevokedBefore(Gone):
    """The integration was revoked."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateIntegrationKey:
    """Give the monitor another key; those of before open nothing any more after a while."""

    secret_hash: str
    former_until: datetime
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSigningSecret:
    """Take only messages that are signed with this secret; with None, unsigned ones again."""

    signing_secret: str | None = field(repr=False)
    actor: Actor
    at: datetime

    @property
    def is_signed(self) -> bool:
        """Return whether there is a secret at all."""
        return self.signing_secret is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMapping:
    """Read the monitor's JSON by this mapping from now on; with None, by our own fields again."""

    mapping: BodyMapping | None
    actor: Actor
    at: datetime


type IntegrationCommand = (
    CreateIntegration | RevokeIntegration | RotateIntegrationKey | SetSigningSecret | SetMapping
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationKeyRotated:
    """The integration has another key, shown once; those of before are good until then at most."""

    integration_id: IntegrationId
    secret_hash: str  # hex SHA-256 of the new key's secret part
    former_until: datetime
    key_rotated_by: str
    key_rotated_at: datetime
    type: Literal["integration.key_rotated"] = "integration.key_rotated"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationSigningSecretChanged:
    """The secret with which the monitor signs was set, replaced, or taken away.

    It is sealed under a key that belongs to the integration, as secrets of contacts are.
    """

    integration_id: IntegrationId
    signing_secret: Annotated[str | None, Personal("integration_id")] = field(repr=False)
    is_signed: bool
    signing_secret_changed_by: str
    signing_secret_changed_at: datetime
    type: Literal["integration.signing_secret_changed"] = "integration.signing_secret_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationMappingChanged:
    """How the monitor's JSON is read was set, replaced, or taken away."""

    integration_id: IntegrationId
    mapping: BodyMapping | None
    mapping_version: int  # 1 is the first; taking it away counts too
    mapping_changed_by: str
    mapping_changed_at: datetime
    type: Literal["integration.mapping_changed"] = "integration.mapping_changed"


type IntegrationEvent = (
    IntegrationCreated
    | IntegrationRevoked
    | IntegrationKeyRotated
    | IntegrationSigningSecretChanged
    | IntegrationMappingChanged
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerKey:
    """A key that was replaced, and until when it is good."""

    secret_hash: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """An integration as its rules see it."""

    created: IntegrationCreated | None = None  # with the key of now
    former_keys: tuple[FormerKey, ...] = ()
    signing_secret: str | None = field(default=None, repr=False)
    mapping: BodyMapping | None = None
    mapping_version: int = 0  # of the newest one that was set or taken away
    is_revoked: bool = False

    @property
    def in_use(self) -> IntegrationCreated | None:
        """Return how it was created, None where its key is refused."""
        return None if self.is_revoked else self.created

    def opened_by(self, at: datetime) -> tuple[IntegrationCreated, ...]:
        """Return how it was created, with each key that is good at this time, the newest first."""
        if self.in_use is None:
            return ()
        former = (one.secret_hash for one in reversed(self.former_keys) if at < one.until)
        return (self.in_use, *(replace(self.in_use, secret_hash=one) for one in former))


def decide(command: IntegrationCommand, integration: Integration) -> list[IntegrationEvent]:
    """Return the facts this command leads to; none if it is already so."""
    created = integration.created
    if isinstance(command, CreateIntegration):
        if created is not None:
            raise AlreadyExists(f"Integration {command.integration_id} already exists.")
        return [fact_of(IntegrationCreated, command)]
    if created is None:
        raise IntegrationNotFound("No such integration.")
    if isinstance(command, RevokeIntegration):
        return [] if integration.is_revoked else [fact_of(IntegrationRevoked, command, created)]
    if integration.is_revoked:
        raise IntegrationRevokedBefore("The integration was revoked: create another one.")
    if isinstance(command, RotateIntegrationKey):
        return _rotated(command, created)
    if isinstance(command, SetMapping):
        return _mapping_changed(command, integration, created.integration_id)
    if command.signing_secret == integration.signing_secret:
        return []
    return [fact_of(IntegrationSigningSecretChanged, command, created)]


def _rotated(command: RotateIntegrationKey, created: IntegrationCreated) -> list[IntegrationEvent]:
    if command.secret_hash == created.secret_hash:
        return []
    return [
        IntegrationKeyRotated(
            integration_id=created.integration_id,
            secret_hash=command.secret_hash,
            former_until=max(command.former_until, command.at),
            key_rotated_by=command.actor.name,
            key_rotated_at=command.at,
        )
    ]


def _mapping_changed(
    command: SetMapping, integration: Integration, integration_id: IntegrationId
) -> list[IntegrationEvent]:
    if command.mapping is not None:
        require_mapping(command.mapping)
    if command.mapping == integration.mapping:
        return []
    return [
        IntegrationMappingChanged(
            integration_id=integration_id,
            mapping=command.mapping,
            mapping_version=integration.mapping_version + 1,
            mapping_changed_by=command.actor.name,
            mapping_changed_at=command.at,
        )
    ]


def evolve(integration: Integration, event: IntegrationEvent) -> Integration:
    """Return the integration after the event; never refuses."""
    match event:
        case IntegrationCreated():
            return Integration(created=event)
        case IntegrationRevoked():
            return replace(integration, is_revoked=True)
        case IntegrationKeyRotated():
            return _after_rotation(integration, event)
        case IntegrationSigningSecretChanged():
            return replace(integration, signing_secret=event.signing_secret)
        case IntegrationMappingChanged():
            version = event.mapping_version
            return replace(integration, mapping=event.mapping, mapping_version=version)
        case _:
            assert_never(event)


def _after_rotation(integration: Integration, event: IntegrationKeyRotated) -> Integration:
    """Return it with its new key; none of before is good for longer than the rotation says."""
    if integration.created is None:
        return integration
    kept = [
        replace(one, until=min(one.until, event.former_until))
        for one in integration.former_keys
        if one.until > event.key_rotated_at
    ]
    replaced = FormerKey(secret_hash=integration.created.secret_hash, until=event.former_until)
    return replace(
        integration,
        created=replace(integration.created, secret_hash=event.secret_hash),
        former_keys=(*kept, replaced),
    )


integration_decider: Final[Decider[IntegrationCommand, Integration, IntegrationEvent]] = Decider(
    initial=Integration(),
    decide=decide,
    evolve=evolve,
    event_types=(
        IntegrationCreated,
        IntegrationRevoked,
        IntegrationKeyRotated,
        IntegrationSigningSecretChanged,
        IntegrationMappingChanged,
    ),
)

AGGREGATE = Aggregate(
    noun="integration", id=IntegrationId, decider=integration_decider, commands=IntegrationCommand
)
