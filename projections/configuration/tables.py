"""Configuration as it is now: responders, escalation policies, services, integrations, API keys.

No secret and no digest of one is in these rows, so no list can show it.
"""

from collections.abc import Callable, Hashable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from events.configuration.api_key import ApiKeyCreated, ApiKeyRevoked, ApiScope
from events.configuration.escalation_policy import EscalationPolicyDefined, Level
from events.configuration.integration import IntegrationCreated, IntegrationRevoked
from events.configuration.responder import Channel, ResponderRegistered
from events.incident.phases import PhaseDeadline
from events.links import Link
from events.log.recorded import Recorded
from events.personal import ERASED
from events.service.events import ServiceDefined, ServiceLinksChanged
from events.subject.events import SubjectForgotten
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Connection, Moment, Row, Rows, Table, fold

NAME: Final = "configuration"
VERSION: Final = 2  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class Contact(Struct, frozen=True, kw_only=True):
    """One way to reach a responder."""

    channel: Channel
    address: str
    has_secret: bool


class ResponderRow(Row, frozen=True, kw_only=True):
    """A person who can be paged."""

    responder_id: str
    name: str
    contact_methods: tuple[Contact, ...]
    changed_by: str
    changed_at: Moment
    version: int


class EscalationPolicyRow(Row, frozen=True, kw_only=True):
    """Who is paged, in which order, how patiently and how often."""

    escalation_policy_id: str
    name: str
    levels: tuple[Level, ...]
    repeats: int
    changed_by: str
    changed_at: Moment
    version: int


class ServiceRow(Row, frozen=True, kw_only=True):
    """What breaks."""

    service_id: str
    name: str
    escalation_policy_id: str | None
    deadlines: tuple[PhaseDeadline, ...]
    links: tuple[Link, ...] = ()
    changed_by: str
    changed_at: Moment
    version: int


class IntegrationRow(Row, frozen=True, kw_only=True):
    """A monitor that may send alerts, or could before it was revoked."""

    integration_id: str
    name: str
    service_id: str
    created_by: str
    created_at: Moment
    revoked_at: Moment | None = None
    version: int


class ApiKeyRow(Row, frozen=True, kw_only=True):
    """An API key without its secret."""

    api_key_id: str
    name: str
    scopes: tuple[ApiScope, ...]
    responder_id: str | None
    expires_at: Moment | None
    created_by: str
    created_at: Moment
    revoked_at: Moment | None = None
    version: int


RESPONDER = Table("responder", "responder_id", ResponderRow, OWN_STREAM)
ESCALATION_POLICY = Table(
    "escalation_policy", "escalation_policy_id", EscalationPolicyRow, OWN_STREAM
)
SERVICE = Table("service", "service_id", ServiceRow, OWN_STREAM)
INTEGRATION = Table("integration", "integration_id", IntegrationRow, OWN_STREAM)
API_KEY = Table("api_key", "api_key_id", ApiKeyRow, OWN_STREAM)
TABLES: Final = (RESPONDER, ESCALATION_POLICY, SERVICE, INTEGRATION, API_KEY)


async def list_responders(connection: Connection) -> tuple[ResponderRow, ...]:
    """Return every responder, by id."""
    return await _every(RESPONDER, connection)


async def find_responder(connection: Connection, responder_id: str) -> ResponderRow | None:
    """Return one responder."""
    return await _one(RESPONDER, connection, responder_id)


async def list_escalation_policies(connection: Connection) -> tuple[EscalationPolicyRow, ...]:
    """Return every escalation policy, by id."""
    return await _every(ESCALATION_POLICY, connection)


async def find_escalation_policy(
    connection: Connection, escalation_policy_id: str
) -> EscalationPolicyRow | None:
    """Return one escalation policy."""
    return await _one(ESCALATION_POLICY, connection, escalation_policy_id)


async def list_services(connection: Connection) -> tuple[ServiceRow, ...]:
    """Return every service, by id."""
    return await _every(SERVICE, connection)


async def find_service(connection: Connection, service_id: str) -> ServiceRow | None:
    """Return one service."""
    return await _one(SERVICE, connection, service_id)


async def list_integrations(connection: Connection) -> tuple[IntegrationRow, ...]:
    """Return every integration, the revoked ones too, by id."""
    return await _every(INTEGRATION, connection)


async def find_integration(connection: Connection, integration_id: str) -> IntegrationRow | None:
    """Return one integration."""
    return await _one(INTEGRATION, connection, integration_id)


async def list_api_keys(connection: Connection) -> tuple[ApiKeyRow, ...]:
    """Return every API key, the revoked ones too, by id."""
    return await _every(API_KEY, connection)


async def find_api_key(connection: Connection, api_key_id: str) -> ApiKeyRow | None:
    """Return one API key."""
    return await _one(API_KEY, connection, api_key_id)


async def _every[R: Row](table: Table[R], connection: Connection) -> tuple[R, ...]:
    return tuple(await table.select(connection, f"order by {table.key}"))


async def _one[R: Row](table: Table[R], connection: Connection, key: str) -> R | None:
    if "\x00" in key:
        return None
    return (await table.load(connection, [key])).get(key)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring every noun the batch names up to date."""
    await fold(RESPONDER, tx, batch, whose_data, responder)
    await fold(
        ESCALATION_POLICY,
        tx,
        batch,
        about("escalation_policy_id", EscalationPolicyDefined),
        escalation_policy,
    )
    services = about("service_id", ServiceDefined, ServiceLinksChanged)
    await fold(SERVICE, tx, batch, services, service)
    integrations = about("integration_id", IntegrationCreated, IntegrationRevoked)
    await fold(INTEGRATION, tx, batch, integrations, integration)
    await fold(API_KEY, tx, batch, about("api_key_id", ApiKeyCreated, ApiKeyRevoked), api_key)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return whose configuration is quarantined when the event cannot be applied."""
    return stream_key(
        recorded, "responder", "escalation_policy", "service", "integration", "api_key"
    )


def about(key: str, *events: type) -> Callable[[object], tuple[str, ...]]:
    """Return what names the row that one of these events is about."""

    def keys(event: object) -> tuple[str, ...]:
        return (getattr(event, key),) if isinstance(event, events) else ()

    return keys


def whose_data(event: object) -> tuple[str, ...]:
    """Return the responder an event tells about, or makes us forget."""
    match event:
        case ResponderRegistered():
            return (event.responder_id,)
        case SubjectForgotten():
            return (event.subject_id,)
        case _:
            return ()


def responder(
    row: ResponderRow | None, recorded: Recorded[object], _key: Hashable
) -> ResponderRow | None:
    """Return the responder after the event; what is secret about them stays in the log."""
    event = recorded.event
    if isinstance(event, SubjectForgotten) and row is not None:
        contacts = tuple(replace(one, address=ERASED) for one in row.contact_methods)
        return replace(row, name=ERASED, contact_methods=contacts)
    if not isinstance(event, ResponderRegistered):
        return row
    return ResponderRow(
        responder_id=event.responder_id,
        name=event.name,
        contact_methods=tuple(
            Contact(channel=one.channel, address=one.address, has_secret=one.secret is not None)
            for one in event.contact_methods
        ),
        changed_by=event.registered_by,
        changed_at=event.registered_at,
        version=recorded.version,
    )


def escalation_policy(
    row: EscalationPolicyRow | None, recorded: Recorded[object], _key: Hashable
) -> EscalationPolicyRow | None:
    """Return the policy after the event."""
    event = recorded.event
    if not isinstance(event, EscalationPolicyDefined):
        return row
    return EscalationPolicyRow(
        escalation_policy_id=event.escalation_policy_id,
        name=event.name,
        levels=event.levels,
        repeats=event.repeats,
        changed_by=event.defined_by,
        changed_at=event.defined_at,
        version=recorded.version,
    )


def service(
    row: ServiceRow | None, recorded: Recorded[object], _key: Hashable
) -> ServiceRow | None:
    """Return the service after the event."""
    event = recorded.event
    if isinstance(event, ServiceLinksChanged) and row is not None:
        return replace(
            row,
            links=event.links,
            changed_by=event.changed_by,
            changed_at=event.changed_at,
            version=recorded.version,
        )
    if not isinstance(event, ServiceDefined):
        return row
    return ServiceRow(
        service_id=event.service_id,
        name=event.name,
        escalation_policy_id=event.escalation_policy_id,
        deadlines=event.deadlines,
        links=row.links if row else (),
        changed_by=event.defined_by,
        changed_at=event.defined_at,
        version=recorded.version,
    )


def integration(
    row: IntegrationRow | None, recorded: Recorded[object], _key: Hashable
) -> IntegrationRow | None:
    """Return the integration after the event."""
    match recorded.event:
        case IntegrationCreated() as event:
            return IntegrationRow(
                integration_id=event.integration_id,
                name=event.name,
                service_id=event.service_id,
                created_by=event.created_by,
                created_at=event.created_at,
                version=recorded.version,
            )
        case IntegrationRevoked() as event if row is not None:
            return replace(row, revoked_at=event.revoked_at, version=recorded.version)
        case _:
            return row


def api_key(row: ApiKeyRow | None, recorded: Recorded[object], _key: Hashable) -> ApiKeyRow | None:
    """Return the key after the event."""
    match recorded.event:
        case ApiKeyCreated() as event:
            return ApiKeyRow(
                api_key_id=event.api_key_id,
                name=event.name,
                scopes=event.scopes,
                responder_id=event.responder_id,
                expires_at=event.expires_at,
                created_by=event.created_by,
                created_at=event.created_at,
                version=recorded.version,
            )
        case ApiKeyRevoked() as event if row is not None:
            return replace(row, revoked_at=event.revoked_at, version=recorded.version)
        case _:
            return row
