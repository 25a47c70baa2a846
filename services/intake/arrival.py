"""Arrival: a message with a valid key, not read yet, and what storing it takes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from activities.delivery.fetching import Fetch, fetched
from events.configuration.heartbeat import HeartbeatId
from events.configuration.integration import Integration
from events.errors import LogUnavailable
from events.ids import AlertId, IncidentId, IntegrationId, ServiceId
from events.log.intake.heartbeats import PingKind
from events.log.recorded import Metadata
from events.log.store import Log
from events.mapping.body_mapping import BodyMapping
from projections.incidents.alert_search import Asking
from services.access.secret_keys import ParsedKey
from services.attending import Attending
from services.intake.batch.losses import LossCounts
from services.intake.batch.signal import Batch
from services.intake.openings import Openings


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sender: an integration that authenticated with its key."""

    integration_id: IntegrationId
    service_id: ServiceId
    signing_secret: str | None = field(default=None, repr=False)  # it signs what it sends
    mapping: BodyMapping | None = None  # how its JSON is read; None: by our own fields

    @property
    def principal(self) -> str:
        """Return the name its events carry."""
        return f"integration:{self.integration_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What is known of a message besides its body: all that a source may go by."""

    sender: Sender
    at: datetime
    idempotency_key: str | None = None
    named: Mapping[str, str] = field(default_factory=dict[str, str])  # by the path, but for the key
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(
        default_factory=dict[str, str]
    )  # by their names in lower case


async def nowhere(_heartbeat_id: HeartbeatId, _kind: PingKind) -> None:
    """Refuse a ping where no database keeps it.

    Raises: LogUnavailable.
    """
    raise LogUnavailable("No database keeps pings here.")


type NewestOpen = Callable[[ServiceId], Awaitable[IncidentId | None]]
type Note = Callable[[Mapping[AlertId, datetime | None], datetime], Awaitable[None]]


async def none_open(_service_id: ServiceId) -> IncidentId | None:
    """Return no incident, where nobody knows which are open."""
    return None


async def unnoted(_ends: Mapping[AlertId, datetime | None], _at: datetime) -> None:
    """Note nothing: where no database is, no alert ends by silence."""


async def unasked(_sql: str, /, *_arguments: object) -> Sequence[Any]:
    """Refuse a question where no database has the answer.

    Raises: LogUnavailable.
    """
    raise LogUnavailable("No database answers questions here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What a message did to an alert besides letting it fire or end."""

    words: str
    alert_id: AlertId
    incident_id: IncidentId | None
    fires: bool
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Where messages of one sender are stored, at one moment."""

    log: Log
    attending: Attending
    sender: Sender
    source: str  # by name, for what is counted
    losses: LossCounts
    metadata: Metadata
    at: datetime
    storms: asyncio.Semaphore  # large batches that are stored at once
    fetch: Fetch = fetched
    headway: Callable[[], None] = lambda: None  # hears of each block that is stored
    hear: Callable[[HeartbeatId, PingKind], Awaitable[None]] = nowhere  # where pings are stored
    newest_open: NewestOpen = none_open  # of a service; it may be over by now
    openings: Openings = field(default_factory=Openings)  # of every sender, in this process
    note: Note = unnoted  # until when alerts fire
    ask: Asking = unasked  # the read models: what is true of alerts, or was a moment ago
    sees: Callable[[Batch], object] = lambda _batch: None  # each batch, before it is routed
    stores: bool = True  # False: a batch is seen, and no more
    done: list[object] = field(default_factory=list[object])  # so far, for whoever asks what it was


def sender_of_key(integration: Integration, shown: ParsedKey, at: datetime) -> Sender | None:
    """Return the integration as the sender whose key was shown; None if that is not its key."""
    good = [one for one in integration.opened_by(at) if shown.matches(one.secret_hash)]
    if not good:  # unknown, revoked, replaced, or forged
        return None
    created = good[0]
    return Sender(
        integration_id=created.integration_id,
        service_id=created.service_id,
        signing_secret=integration.signing_secret,
        mapping=integration.mapping,
    )
