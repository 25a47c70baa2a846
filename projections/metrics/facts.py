"""Incident facts: one row for each incident, with all that numbers are made of.

No counters are kept: a correction, a merge or a reopening moves an incident from one number to
another, and a replaced row is right by itself.
"""

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.actor import actor_named
from events.ids import ServiceId, TeamId
from events.incident.description.events import IncidentDescribed
from events.incident.events import (
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeclared,
    IncidentDeclined,
    IncidentMitigated,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.modes import Mode
from events.incident.noise import DeclineCategory
from events.incident.pages.events import (
    IncidentPageCancelled,
    IncidentPageRequested,
    IncidentPageSentNow,
)
from events.incident.privacy.events import IncidentPrivacyChanged
from events.incident.relations.events import IncidentMerged, ParentLinked, ParentUnlinked
from events.incident.severity.events import IncidentSeverityChanged, IncidentTriaged
from events.incident.snooze.events import IncidentSnoozed
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Timestamp, Timestamps
from events.incident.timestamps.state import timestamps_after
from events.log.recorded import Recorded
from events.postmortem.events import (
    PostmortemFactorChanged,
    PostmortemFactorRecorded,
    PostmortemFactorRetracted,
)
from events.response_policy.calendar import BusinessCalendar, open_between
from events.service.events import ServiceDefined
from events.values.severity import Severity
from projections.engine.keys import stream_key
from projections.engine.rows import (
    OWN_STREAM,
    Batch,
    Moment,
    Row,
    Rows,
    Table,
    fold,
    same_named,
)
from projections.metrics.calls import Call, called_at, calls_after
from projections.metrics.definitions import Stamp

NAME: Final = "incident_facts"
VERSION: Final = 2  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

MICROSECOND: Final = timedelta(microseconds=1)
# Business hours are counted day by day; no incident that matters is longer, or older.
LONGEST_IN_BUSINESS_HOURS: Final = timedelta(days=3_660)
FIRST_IN_BUSINESS_HOURS: Final = datetime(1970, 1, 2, tzinfo=UTC)

IN_BUSINESS_HOURS: Final = {
    "tta_business_us": (Stamp.CALLED, Stamp.ACKNOWLEDGED),
    "ttr_business_us": (Stamp.DETECTED, Stamp.RESOLVED),
    "tta_declared_business_us": (Stamp.DECLARED, Stamp.ACKNOWLEDGED),
    "ttr_declared_business_us": (Stamp.DECLARED, Stamp.RESOLVED),
}

EVENTS: Final = (
    IncidentDeclared,
    IncidentDescribed,
    IncidentTriaged,
    IncidentSeverityChanged,
    IncidentAcknowledged,
    IncidentMitigated,
    IncidentResolved,
    IncidentReopened,
    IncidentDeclined,
    IncidentClosed,
    IncidentMerged,
    IncidentPrivacyChanged,
    IncidentTimestampCorrected,
    IncidentPageRequested,
    IncidentPageSentNow,
    IncidentPageCancelled,
    IncidentSnoozed,
    ParentLinked,
    ParentUnlinked,
    PostmortemFactorRecorded,
    PostmortemFactorChanged,
    PostmortemFactorRetracted,
)


class Teller(StrEnum):
    """Who said when the impact began."""

    MONITOR = "monitor"  # by its own clock
    PERSON = "person"


class FactsRow(Row, frozen=True, kw_only=True):
    """One incident as numbers see it. Its stamps are those of `Stamp`."""

    incident_id: UUID
    reference: str
    title: str
    mode: Mode
    declared_position: int
    service_id: ServiceId | None
    team_id: TeamId | None  # whose service it was, at the declaration
    severity: Severity | None  # the last one; None: nobody has judged it
    peak_severity: Severity | None
    cause: str | None = None  # category of its primary factor
    cause_factor: int | None = None  # the number of that factor in its postmortem
    private: bool = False
    private_from: int | None = None  # it was declared so: from this position on
    declined_as: DeclineCategory | None = None
    merged_into: UUID | None = None
    part_of: UUID | None = None  # the greater incident
    began_at: Moment | None
    began_by: Teller | None
    declared_by: Teller = Teller.PERSON  # an alert declares for its monitor
    detected_told_at: Moment | None
    detected_at: Moment
    declared_at: Moment
    called_at: Moment | None
    acknowledged_at: Moment | None = None
    mitigated_at: Moment | None = None
    resolved_at: Moment | None = None
    first_resolved_at: Moment | None = None
    closed_at: Moment | None = None
    reopened: int = 0  # how often its resolution was taken back
    corrected: tuple[Timestamp, ...] = ()
    calls: tuple[Call, ...]
    taken_before_called: bool = False  # while its page waited for its time
    calendar: BusinessCalendar | None  # of its captured policy
    tta_business_us: int | None = None  # microseconds inside of it
    ttr_business_us: int | None = None
    tta_declared_business_us: int | None = None  # the same from the declaration
    ttr_declared_business_us: int | None = None

    @property
    def started_at(self) -> datetime:
        """Return when it began, else when it was declared."""
        return self.began_at or self.declared_at

    @property
    def taken_or_over_at(self) -> datetime | None:
        """Return when it was acknowledged, else when it was resolved."""
        return self.acknowledged_at or self.resolved_at

    @property
    def taken_by_declaring_at(self) -> datetime | None:
        """Return when it was taken, if whoever declares one by hand has taken it at once."""
        by_hand = self.declared_by is Teller.PERSON
        return self.started_at if by_hand else self.acknowledged_at


class Owner(Struct, frozen=True, kw_only=True):
    """Whose a service is from a position on."""

    position: int
    team_id: TeamId | None


class FactsServiceRow(Row, frozen=True, kw_only=True):
    """One service: since when it is known, and whose it was."""

    service_id: ServiceId
    name: str
    defined_at: Moment  # first
    team_id: TeamId | None  # now
    owners: tuple[Owner, ...]  # in order


FACTS = Table(
    "incident_facts",
    "incident_id",
    FactsRow,
    # Its own stream, its postmortem's, and its service's: whose that was is in the row.
    "select 'incident-' || t.incident_id union all"
    " select 'postmortem-' || t.incident_id union all"
    " select 'service-' || t.service_id where t.service_id is not null",
    indexes={
        "declared": "(declared_at)",
        "resolved": "(resolved_at)",
        "private_from": "(private_from) where private_from is not null",
    },
)
FACTS_SERVICE = Table("facts_service", "service_id", FactsServiceRow, OWN_STREAM)
TABLES: Final = (FACTS, FACTS_SERVICE)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's services and incidents up to date."""
    await fold(FACTS_SERVICE, tx, batch, services_of, service_after)
    declared = [one.event for one in batch if isinstance(one.event, IncidentDeclared)]
    services = {event.service_id for event in declared if event.service_id is not None}
    known = await tx.load(FACTS_SERVICE, services) if services else {}

    def after(row: FactsRow | None, recorded: Recorded[object], _key: Hashable) -> FactsRow | None:
        if isinstance(recorded.event, IncidentDeclared):
            service = known.get(recorded.event.service_id)
            return declared_as(recorded.event, recorded.position, service)
        return None if row is None else fact_after(row, recorded)

    await fold(FACTS, tx, batch, incidents_of, after)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return what is quarantined when an event cannot be applied."""
    return stream_key(recorded, "incident", "postmortem", "service")


def services_of(event: object) -> tuple[str, ...]:
    """Return the service that an event defines."""
    return (event.service_id,) if isinstance(event, ServiceDefined) else ()


def service_after(
    row: FactsServiceRow | None, recorded: Recorded[object], _key: Hashable
) -> FactsServiceRow | None:
    """Return the service after the event."""
    event = recorded.event
    if not isinstance(event, ServiceDefined):
        return row
    owners = row.owners if row else ()
    if not owners or owners[-1].team_id != event.team_id:
        owners = (*owners, Owner(position=recorded.position, team_id=event.team_id))
    return FactsServiceRow(
        service_id=event.service_id,
        name=event.name,
        defined_at=row.defined_at if row else event.defined_at,
        team_id=event.team_id,
        owners=owners,
    )


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident of which an event tells something that counts."""
    return (event.incident_id,) if isinstance(event, EVENTS) else ()


def declared_as(
    event: IncidentDeclared, position: int, service: FactsServiceRow | None
) -> FactsRow:
    """Return the row of an incident that begins."""
    owners = [one for one in service.owners if one.position < position] if service else []
    calls = calls_after((), event)
    said = same_named(event, FactsRow)
    return FactsRow(
        **{
            **said,
            "detected_at": event.detected_at or event.declared_at,
            "declared_by": _teller(event.declared_by),
        },
        detected_told_at=event.detected_at,
        declared_position=position,
        team_id=owners[-1].team_id if owners else None,
        peak_severity=event.severity,
        began_by=None if event.began_at is None else _teller(event.declared_by),
        calls=calls,
        called_at=called_at(calls, event.declared_at),
        calendar=event.policy.policy.calendar if event.policy else None,
    )


def fact_after(row: FactsRow, recorded: Recorded[object]) -> FactsRow:
    """Return the row after an event of its incident."""
    return _measured(row, _stamped(_described(row, recorded), recorded.event))


def _described(row: FactsRow, recorded: Recorded[object]) -> FactsRow:
    match recorded.event:
        case IncidentDescribed() as event:
            return replace(row, title=event.title)
        case IncidentTriaged() | IncidentSeverityChanged() as event:
            peak = min(row.peak_severity or event.severity, event.severity)
            return replace(row, severity=event.severity, peak_severity=peak)
        case IncidentPrivacyChanged() as event:
            so_declared = event.private and event.reason is None
            since = recorded.position if so_declared else row.private_from
            return replace(row, private=event.private, private_from=since)
        case IncidentDeclined() as event:
            return replace(row, declined_as=event.category)
        case IncidentMerged() as event:
            return replace(row, merged_into=event.into_incident_id)
        case ParentLinked() as event:
            return replace(row, part_of=event.parent_incident_id)
        case ParentUnlinked():
            return replace(row, part_of=None)
        case IncidentClosed() as event:
            return replace(row, closed_at=event.closed_at)
        case IncidentReopened() if row.resolved_at is not None:
            return replace(row, reopened=row.reopened + 1)
        case event:
            return _explained(row, event)


def _explained(row: FactsRow, event: object) -> FactsRow:
    """Return the row with its cause: the primary factor's, as people see it now."""
    match event:
        case PostmortemFactorRecorded() | PostmortemFactorChanged() if event.factor.primary:
            return replace(row, cause=event.factor.category, cause_factor=event.number)
        case (
            PostmortemFactorChanged(number=row.cause_factor)
            | PostmortemFactorRetracted(number=row.cause_factor)
        ):
            return replace(row, cause=None, cause_factor=None)
        case _:
            return row


def _stamped(row: FactsRow, event: object) -> FactsRow:
    before = Timestamps(
        began=row.began_at,
        detected=row.detected_told_at,
        declared=row.declared_at,
        acknowledged=row.acknowledged_at,
        mitigated=row.mitigated_at,
        resolved=row.resolved_at,
    )
    stamps = timestamps_after(before, event)
    calls = calls_after(row.calls, event)
    declared_at = stamps.declared or row.declared_at
    waited = bool(row.calls) and not calls and isinstance(event, IncidentAcknowledged)
    row = _corrected(row, event)
    return replace(
        row,
        began_at=stamps.began,
        detected_told_at=stamps.detected,
        detected_at=stamps.detected or declared_at,
        declared_at=declared_at,
        acknowledged_at=stamps.acknowledged,
        mitigated_at=stamps.mitigated,
        resolved_at=stamps.resolved,
        first_resolved_at=row.first_resolved_at if row.reopened else stamps.resolved,
        calls=calls,
        called_at=called_at(calls, declared_at),
        taken_before_called=row.taken_before_called or waited,
    )


def _corrected(row: FactsRow, event: object) -> FactsRow:
    if not isinstance(event, IncidentTimestampCorrected):
        return row
    by = _teller(event.corrected_by) if event.name is Timestamp.BEGAN else row.began_by
    names = tuple(dict.fromkeys((*row.corrected, event.name)))
    return replace(row, corrected=names, began_by=by)


def _teller(name: str) -> Teller:
    return Teller.MONITOR if actor_named(name).responder_id is None else Teller.PERSON


def _measured(before: FactsRow, row: FactsRow) -> FactsRow:
    """Return the row with its time in business hours."""
    for column, stamps in IN_BUSINESS_HOURS.items():
        begin, end = (getattr(row, stamp) for stamp in stamps)
        if (begin, end) != tuple(getattr(before, stamp) for stamp in stamps):
            row = replace(row, **{column: _in_business_hours(row.calendar, begin, end)})
    return row


def _in_business_hours(
    calendar: BusinessCalendar | None, begin: datetime | None, end: datetime | None
) -> int | None:
    if calendar is None or begin is None or end is None or end < begin:
        return None
    if begin < FIRST_IN_BUSINESS_HOURS or end - begin > LONGEST_IN_BUSINESS_HOURS:
        return None
    return open_between(calendar, begin, end) // MICROSECOND
