"""Configuration as it is now: responders, escalation policies, services, integrations, keys.

No secret and no digest of one is in these rows, so no list can show it.
"""

from collections.abc import Collection, Hashable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from events.configuration.api_key import ApiKeyCreated, ApiKeyRevoked, ApiScope
from events.configuration.escalation_policy import EscalationPolicyDefined
from events.configuration.integration import (
    IntegrationCreated,
    IntegrationKeyRotated,
    IntegrationMappingChanged,
    IntegrationRevoked,
    IntegrationSigningSecretChanged,
)
from events.configuration.notification_rules import EVERY_WAY_AT_ONCE, NotificationRules, QuietHours
from events.configuration.personal_hours import PersonalHours
from events.configuration.responder import (
    ResponderHoursDefined,
    ResponderKind,
    ResponderRegistered,
)
from events.contact_verification.events import ContactVerificationConfirmed
from events.escalation.level import Level
from events.escalation.target import Target
from events.incident.phases import PhaseDeadline
from events.log.recorded import Recorded
from events.mapping.body_mapping import BodyMapping
from events.service.alert_handling import AS_USUAL, AlertHandling
from events.service.events import (
    ServiceAlertHandlingChanged,
    ServiceDefined,
    ServiceLinksChanged,
)
from events.subject.events import SubjectForgotten
from events.values.links import Link
from events.values.personal import ERASED
from projections.engine.defined import DefinedRows
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Reader, Row, Rows, Table, fold

NAME: Final = "configuration"
VERSION: Final = 10  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class Contact(Struct, frozen=True, kw_only=True):
    """One way to reach a responder."""

    channel: str
    address: str
    has_secret: bool
    verified_at: Moment | None = None  # by a code; None again once the address changes


class ResponderRow(Row, frozen=True, kw_only=True):
    """A person who can be paged."""

    responder_id: str
    name: str
    contact_methods: tuple[Contact, ...]
    kind: ResponderKind = ResponderKind.PERSON
    notification_rules: NotificationRules = EVERY_WAY_AT_ONCE
    quiet_hours: QuietHours | None = None
    hours: PersonalHours | None = None  # when they work and sleep; None: nobody has said
    changed_by: str
    changed_at: Moment
    version: int


class EscalationPolicyRow(Row, frozen=True, kw_only=True):
    """Levels in order, their escalation timeouts, and how often they are repeated."""

    escalation_policy_id: str
    name: str
    levels: tuple[Level, ...]
    repeats: int
    hand_over_to: str | None = None
    on_exhausted: tuple[Target, ...] = ()
    team_id: str | None = None
    changed_by: str
    changed_at: Moment
    version: int


class ServiceRow(Row, frozen=True, kw_only=True):
    """What breaks."""

    service_id: str
    name: str
    escalation_policy_id: str | None
    deadlines: tuple[PhaseDeadline, ...]
    team_id: str | None = None
    links: tuple[Link, ...] = ()
    alert_handling: AlertHandling = AS_USUAL
    alert_handling_changed_at: Moment | None = None
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
    key_rotated_by: str | None = None
    key_rotated_at: Moment | None = None
    former_until: Moment | None = None  # keys of before the last rotation are good until then
    is_signed: bool = False  # it takes no message without a signature
    signing_secret_changed_at: Moment | None = None
    mapping: BodyMapping | None = None  # how its JSON is read; None: by our own fields
    mapping_version: int = 0
    mapping_changed_at: Moment | None = None
    mapping_changed_by: str | None = None
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


STREAMS_OF_RESPONDER: Final = """
select noun || t.responder_id from unnest(array['responder-', 'contact_verification-']) noun
"""
RESPONDER = Table("responder", "responder_id", ResponderRow, STREAMS_OF_RESPONDER)
ESCALATION_POLICY = Table(
    "escalation_policy", "escalation_policy_id", EscalationPolicyRow, OWN_STREAM
)
SERVICE = Table("service", "service_id", ServiceRow, OWN_STREAM)
INTEGRATION = Table("integration", "integration_id", IntegrationRow, OWN_STREAM)
API_KEY = Table("api_key", "api_key_id", ApiKeyRow, OWN_STREAM)
TABLES: Final = (RESPONDER, ESCALATION_POLICY, SERVICE, INTEGRATION, API_KEY)


KEPT_OF_SERVICE: Final = ("links", "alert_handling", "alert_handling_changed_at")
DEFINED: Final = (
    DefinedRows(ESCALATION_POLICY, EscalationPolicyDefined),
    DefinedRows(
        SERVICE,
        ServiceDefined,
        (ServiceLinksChanged, ServiceAlertHandlingChanged),
        kept=KEPT_OF_SERVICE,
    ),
    DefinedRows(
        INTEGRATION,
        IntegrationCreated,
        (
            IntegrationRevoked,
            IntegrationKeyRotated,
            IntegrationSigningSecretChanged,
            IntegrationMappingChanged,
        ),
    ),
    DefinedRows(API_KEY, ApiKeyCreated, (ApiKeyRevoked,)),
)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring every noun the batch names up to date."""
    await fold(RESPONDER, tx, batch, whose_data, responder)
    for rows in DEFINED:
        await rows.project(batch, tx)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return whose configuration is quarantined when the event cannot be applied."""
    nouns = (table.name for table in TABLES)
    return stream_key(recorded, *nouns, "contact_verification")


def whose_data(event: object) -> tuple[str, ...]:
    """Return the responder an event tells about, or makes us forget."""
    match event:
        case ResponderRegistered() | ResponderHoursDefined():
            return (event.responder_id,)
        case ContactVerificationConfirmed():
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
        contacts = tuple(replace(method, address=ERASED) for method in row.contact_methods)
        return replace(row, name=ERASED, contact_methods=contacts)
    if isinstance(event, ContactVerificationConfirmed) and row is not None:
        methods = tuple(_verified(method, event) for method in row.contact_methods)
        return replace(row, contact_methods=methods)
    if isinstance(event, ResponderHoursDefined) and row is not None:
        said = {"changed_by": event.defined_by, "changed_at": event.defined_at}
        return replace(row, hours=event.hours, version=recorded.version, **said)
    if not isinstance(event, ResponderRegistered):
        return row
    before = row.contact_methods if row else ()
    known = {(one.channel, one.address): one.verified_at for one in before}
    return ResponderRow(
        responder_id=event.responder_id,
        name=event.name,
        contact_methods=tuple(
            Contact(
                channel=method.channel,
                address=method.address,
                has_secret=method.secret is not None,
                verified_at=known.get((method.channel, method.address)),
            )
            for method in event.contact_methods
        ),
        kind=event.kind,
        notification_rules=event.notification_rules,
        quiet_hours=event.quiet_hours,
        hours=row.hours if row else None,
        changed_by=event.registered_by,
        changed_at=event.registered_at,
        version=recorded.version,
    )


def _verified(method: Contact, event: ContactVerificationConfirmed) -> Contact:
    if (method.channel, method.address) != (event.channel, event.address):
        return method
    return replace(method, verified_at=event.confirmed_at)


async def responders_at(reader: Reader, channels: Collection[str], address: str) -> tuple[str, ...]:
    """Return the ids of the people who can be reached there, over one of these channels."""
    wanted = """
        where exists (
            select from jsonb_array_elements(t.contact_methods) method
            where method ->> 'channel' = any($1) and method ->> 'address' = $2
        ) order by responder_id
    """
    rows = await RESPONDER.select(reader, wanted, list(channels), address)
    return tuple(row.responder_id for row in rows)
