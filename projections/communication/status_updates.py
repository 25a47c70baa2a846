"""Internal status updates of an incident, and a draft of the next one."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from events.incident.events import (
    IncidentDeclared,
    IncidentMitigated,
    IncidentPhaseAdvanced,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.phases import Phase
from events.incident.severity.events import IncidentSeverityChanged, IncidentTriaged
from events.incident.status_updates.events import StatusUpdatePublished
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Timestamp
from events.log.recorded import Recorded
from events.values.severity import Severity
from projections.communication.status_update_text import (
    Briefing,
    EarlierUpdate,
    lasted_until,
    status_word,
)
from projections.engine.keys import incident_key
from projections.engine.rows import Batch, Moment, Reader, Row, Rows, Table, fold, same_named

NAME: Final = "status_updates"
VERSION: Final = 3  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

TOLD: Final = (
    IncidentDeclared,
    IncidentTriaged,
    IncidentSeverityChanged,
    IncidentPhaseAdvanced,
    IncidentMitigated,
    IncidentResolved,
    IncidentReopened,
    IncidentTimestampCorrected,
    StatusUpdatePublished,
)


class PublishedUpdate(Struct, frozen=True, kw_only=True):
    """One update as it was published."""

    number: int
    severity: Severity | None
    phase: Phase
    status: str  # the word people read
    impact: str
    current_actions: str
    next_update_at: Moment | None
    published_by: str
    published_at: Moment
    corrects: int | None = None  # number of the earlier update whose place it takes


class StatusUpdates(Row, frozen=True, kw_only=True):
    """The updates of one incident, and what the next one begins with."""

    incident_id: UUID
    summary: str
    severity: Severity | None
    phase: Phase = Phase.DETECTION
    mitigated: bool = False
    declared_at: Moment
    resolved_at: Moment | None = None
    cadence: dict[str, timedelta] = field(default_factory=dict)  # by severity
    updates: tuple[PublishedUpdate, ...] = ()  # in their order

    @property
    def resolved(self) -> bool:
        """Return whether it is over."""
        return self.resolved_at is not None

    @property
    def status(self) -> str:
        """Return the word that says where the response stands now."""
        return status_word(self.phase, mitigated=self.mitigated, resolved=self.resolved)


UPDATES = Table("status_updates", "incident_id", StatusUpdates)
TABLES: Final = (UPDATES,)


async def find_status_updates(reader: Reader, incident_id: UUID) -> StatusUpdates | None:
    """Return the updates of one incident."""
    return (await UPDATES.load(reader, [incident_id])).get(incident_id)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's incidents up to date."""
    await fold(UPDATES, tx, batch, incidents_of, evolve)


key_of = incident_key  # quarantined when an event cannot be applied


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident that an event tells something new about."""
    return (event.incident_id,) if isinstance(event, TOLD) else ()


def evolve(
    row: StatusUpdates | None, recorded: Recorded[object], _key: Hashable
) -> StatusUpdates | None:
    """Return the incident's updates after the event."""
    event = recorded.event
    if isinstance(event, IncidentDeclared):
        return StatusUpdates(**same_named(event, StatusUpdates), cadence=_cadence(event))
    return None if row is None else _evolved(row, event)


def _evolved(row: StatusUpdates, event: object) -> StatusUpdates:
    match event:
        case IncidentTriaged() | IncidentSeverityChanged():
            return replace(row, severity=event.severity)
        case IncidentPhaseAdvanced():
            return replace(row, phase=event.phase)
        case IncidentMitigated():
            return replace(row, mitigated=True)
        case IncidentResolved():
            return replace(row, resolved_at=event.resolved_at)
        case IncidentReopened():
            still = row.mitigated and event.phase.rank > Phase.MITIGATION.rank
            return replace(row, phase=event.phase, mitigated=still, resolved_at=None)
        case IncidentTimestampCorrected(name=Timestamp.DECLARED):
            return replace(row, declared_at=event.happened_at)
        case IncidentTimestampCorrected(name=Timestamp.RESOLVED):
            return replace(row, resolved_at=event.happened_at)
        case StatusUpdatePublished():
            return replace(row, updates=(*row.updates, _published(row, event)))
        case _:
            return row


def _cadence(event: IncidentDeclared) -> dict[str, timedelta]:
    if event.policy is None:
        return {}
    responses = event.policy.policy.responses
    return {
        response.severity: response.update_every
        for response in responses
        if response.update_every is not None
    }


def _published(row: StatusUpdates, event: StatusUpdatePublished) -> PublishedUpdate:
    return PublishedUpdate(**same_named(event, PublishedUpdate), status=row.status)


def briefing(of: StatusUpdates, update: PublishedUpdate) -> Briefing:
    """Return what an update says, with how long the incident had lasted."""
    return Briefing(
        severity=update.severity,
        status=update.status,
        lasted=lasted_until(update.published_at, of.declared_at, of.resolved_at),
        impact=update.impact,
        current_actions=update.current_actions,
        next_update_at=update.next_update_at,
        at=update.published_at,
        corrects=_earlier(of, update.corrects),
    )


def correction_of(of: StatusUpdates, update: PublishedUpdate) -> PublishedUpdate | None:
    """Return the newer update that corrects this one, if any."""
    return next((one for one in of.updates if one.corrects == update.number), None)


def _earlier(of: StatusUpdates, number: int | None) -> EarlierUpdate | None:
    return next(
        (
            EarlierUpdate(number=one.number, published_at=one.published_at)
            for one in of.updates
            if one.number == number
        ),
        None,
    )


def draft(of: StatusUpdates, now: datetime) -> Briefing:
    """Return what the next update would say, as far as the incident knows it itself."""
    last = of.updates[-1] if of.updates else None
    every = of.cadence.get(of.severity) if of.severity else None
    return Briefing(
        severity=of.severity,
        status=of.status,
        lasted=lasted_until(now, of.declared_at, of.resolved_at),
        impact=last.impact if last else of.summary,
        current_actions=last.current_actions if last else "",
        next_update_at=None if of.resolved or every is None else now + every,
        at=now,
    )
