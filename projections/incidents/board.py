"""Incident board: one row for each incident, newest first."""

from collections.abc import Collection, Hashable
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import field
from msgspec.structs import replace

from events.alert.events import AlertHeld, AlertMoved, AlertResolved, AlertTriggered
from events.ids import EscalationPolicyId, IncidentId, IncidentTypeId, ResponderId, ServiceId
from events.incident.acknowledgement.events import (
    IncidentAcknowledgementLapsed,
    IncidentUnacknowledged,
)
from events.incident.description.events import IncidentDescribed
from events.incident.events import (
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeclared,
    IncidentDeclined,
    IncidentMitigated,
    IncidentPhaseAdvanced,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.fields.events import IncidentFieldsChanged, IncidentTyped
from events.incident.fields.state import CustomFields, fields_after
from events.incident.modes import Mode
from events.incident.pages.events import IncidentPageCancelled, IncidentPageRequested
from events.incident.phases import Phase
from events.incident.privacy.events import IncidentPrivacyChanged
from events.incident.reassignment.events import IncidentReassigned
from events.incident.reassignment.state import holder_after
from events.incident.relations.events import IncidentMerged
from events.incident.roles.events import Role, RoleAssigned, RoleHandedOver, RoleUnassigned
from events.incident.roles.state import roles_after
from events.incident.severity.events import IncidentSeverityChanged, IncidentTriaged
from events.incident.snooze.events import IncidentSnoozed, IncidentSnoozeEnded
from events.incident.snooze.state import Snooze, snooze_after
from events.incident.status_updates.events import StatusUpdateMissed, StatusUpdatePublished
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.log.recorded import Recorded
from events.page.events import (
    EscalationExhausted,
    PageAcknowledged,
    PageLevelReached,
    PageStarted,
    PageStopped,
)
from events.page.purpose import Purpose
from events.paging.events import PagingDegraded, PagingRestored
from events.values.custom_fields import FieldValue
from events.values.severity import Severity
from projections.engine.keys import incident_key
from projections.engine.rows import (
    INCIDENTS_STREAMS,
    Batch,
    Moment,
    Row,
    Rows,
    Table,
    fold,
    same_named,
)

NAME: Final = "incident_board"
VERSION: Final = 10  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class Status(StrEnum):
    """What has become of an incident."""

    DECLARED = "declared"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DECLINED = "declined"
    MERGED = "merged"  # into another incident, which goes on


class Paging(StrEnum):
    """Whether somebody is being paged."""

    NONE = "none"  # nobody is, or not yet
    SNOOZED = "snoozed"  # somebody has it; `snoozed_until` says how long
    WAITING = "waiting"  # for business hours; `paged_from` says until when
    PAGING = "paging"
    ACKNOWLEDGED = "acknowledged"
    EXHAUSTED = "exhausted"  # every level of every round stayed silent
    DEGRADED = "degraded"  # the page that is due cannot start


class BoardRow(Row, frozen=True, kw_only=True):
    """One incident as the board shows it."""

    incident_id: UUID
    reference: str = ""  # empty until its declaration is read: an alert may come before it
    title: str = ""
    summary: str = ""
    service_id: ServiceId | None = None
    escalation_policy_id: EscalationPolicyId | None = None
    severity: Severity | None = None
    phase: Phase = Phase.DETECTION
    status: Status = Status.DECLARED
    paging: Paging = Paging.NONE
    paged_from: Moment | None = None  # when the page that waits goes out
    reminders: tuple[UUID, ...] = ()  # pages that ask for one duty, and say nothing of the incident
    response_page: UUID | None = None  # the newest that asks who takes the incident
    private: bool = False
    incident_type_id: IncidentTypeId | None = None
    roles: dict[str, ResponderId] = field(default_factory=dict)
    next_update_at: Moment | None = None  # as people were told last
    update_overdue: bool = False
    open_alerts: int = 0
    field_values: tuple[FieldValue, ...] = ()  # of its type's fields that have one
    mode: Mode = Mode.REAL
    declared_by: str = ""
    began_at: Moment | None = None  # the impact, where somebody or a monitor said so
    detected_at: Moment | None = None  # None: when it was declared
    declared_at: Moment
    acknowledged_by: str | None = None  # who answered first
    acknowledged_at: Moment | None = None
    held_by: str | None = None  # who has it now
    snoozed_until: Moment | None = None
    mitigated_at: Moment | None = None
    resolved_at: Moment | None = None
    declined_at: Moment | None = None
    closed_at: Moment | None = None
    merged_at: Moment | None = None
    merged_into: UUID | None = None
    recorded_at: Moment  # when the declaration was recorded: later than it, if told after the fact
    updated_at: Moment  # when the newest event of the row was recorded
    version: int = 0  # of the incident's stream
    declared_position: int = 0  # the board's order

    @property
    def commander(self) -> ResponderId | None:
        """Return who leads the response."""
        return self.roles.get(Role.COMMANDER)


BOARD = Table(
    "incident_board",
    "incident_id",
    BoardRow,
    INCIDENTS_STREAMS,
    indexes={
        "newest": "(declared_position desc)",
        "open": (
            "(declared_position desc) where status in ('declared', 'acknowledged', 'mitigated')"
        ),
        "merged": "(incident_id) where merged_at is not null",
        "reference": "(reference)",
    },
)
TABLES: Final = (BOARD,)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the rows of the batch's incidents up to date."""
    await fold(BOARD, tx, batch, incidents_of, evolve)


key_of = incident_key  # quarantined when an event cannot be applied


def incidents_of(event: object) -> Collection[Hashable]:
    """Return the incident an event is about, if any; a moved alert is about two."""
    if isinstance(event, AlertMoved):
        return (event.from_incident_id, event.incident_id)
    incident_id: IncidentId | None = getattr(event, "incident_id", None)
    return () if incident_id is None else (incident_id,)


def evolve(row: BoardRow | None, recorded: Recorded[object], key: Hashable) -> BoardRow:
    """Return the row after the event."""
    if row is None:
        at = recorded.recorded_at
        row = BoardRow(incident_id=UUID(str(key)), declared_at=at, recorded_at=at, updated_at=at)
    after = _paged(_moved(_described(row, recorded), recorded.event), recorded.event)
    after = _held(after, recorded.event)
    own = recorded.stream.startswith("incident-")
    return replace(
        after,
        status=_status(after),
        updated_at=recorded.recorded_at,
        version=recorded.version if own else after.version,
        position=recorded.position,
    )


def _described(row: BoardRow, recorded: Recorded[object]) -> BoardRow:
    match recorded.event:
        case IncidentDeclared() as event:
            return replace(
                row,
                **same_named(event, BoardRow),
                recorded_at=recorded.recorded_at,
                declared_position=recorded.position,
            )
        case IncidentDescribed() as event:
            return replace(row, title=event.title, summary=event.summary)
        case IncidentReassigned(escalation_policy_id=str() as policy_id):
            return replace(row, escalation_policy_id=policy_id)
        case IncidentTriaged() | IncidentSeverityChanged() as event:
            return replace(row, severity=event.severity)
        case IncidentTyped() | IncidentFieldsChanged() as event:
            return _filled(row, event)
        case IncidentPrivacyChanged() as event:
            return replace(row, private=event.private)
        case RoleAssigned() | RoleHandedOver() | RoleUnassigned() as event:
            return replace(row, roles=roles_after(row.roles, event))
        case StatusUpdatePublished() as event:
            return replace(row, next_update_at=event.next_update_at, update_overdue=False)
        case StatusUpdateMissed():
            return replace(row, update_overdue=True)
        case AlertResolved() | AlertHeld() | AlertMoved(from_incident_id=row.incident_id):
            return replace(row, open_alerts=max(row.open_alerts - 1, 0))
        case AlertTriggered() | AlertMoved():
            return replace(row, open_alerts=row.open_alerts + 1)
        case _:
            return row


def _filled(row: BoardRow, event: object) -> BoardRow:
    before = CustomFields(incident_type_id=row.incident_type_id, values=row.field_values)
    custom = fields_after(before, event)
    return replace(row, incident_type_id=custom.incident_type_id, field_values=custom.values)


def _moved(row: BoardRow, event: object) -> BoardRow:
    match event:
        case IncidentAcknowledged() if row.acknowledged_at is None:
            return replace(
                row,
                acknowledged_by=event.acknowledged_by,
                acknowledged_at=event.acknowledged_at,
            )
        case IncidentPhaseAdvanced():
            return replace(row, phase=event.phase)
        case IncidentMitigated():
            return replace(row, mitigated_at=event.mitigated_at)
        case IncidentResolved():
            return replace(row, resolved_at=event.resolved_at)
        case IncidentReopened():
            still = event.phase.rank > Phase.MITIGATION.rank
            mitigated_at = row.mitigated_at if still else None
            return replace(row, phase=event.phase, mitigated_at=mitigated_at, resolved_at=None)
        case IncidentDeclined():
            return replace(row, declined_at=event.declined_at)
        case IncidentClosed():
            return replace(row, closed_at=event.closed_at)
        case IncidentMerged():
            return replace(row, merged_at=event.merged_at, merged_into=event.into_incident_id)
        case IncidentTimestampCorrected():
            return replace(row, **{f"{event.name}_at": event.happened_at})
        case _:
            return row


def _paged(row: BoardRow, event: object) -> BoardRow:
    match event:
        case PageStarted(purpose=Purpose.REMINDER):
            return replace(row, reminders=(*row.reminders, event.page_id))
        case PageLevelReached() | PageAcknowledged() | EscalationExhausted() | PageStopped() if (
            event.page_id in row.reminders
        ):
            return row
        case PageAcknowledged() | PageStopped() | EscalationExhausted() if _is_past(row, event):
            return row
        case IncidentSnoozed() | IncidentSnoozeEnded():
            return _put_off(row, event)
        case IncidentPageRequested(purpose=Purpose.RESPONSE) if event.not_before is not None:
            return replace(row, paging=Paging.WAITING, paged_from=event.not_before)
        case IncidentReassigned() | IncidentAcknowledgementLapsed() | IncidentUnacknowledged():
            return replace(row, paging=Paging.NONE, paged_from=None)
        case IncidentPageCancelled() if row.paging is Paging.WAITING:
            return replace(row, paging=Paging.NONE, paged_from=None)
        case PageStarted():
            page_id = event.page_id
            return replace(row, paging=Paging.PAGING, paged_from=None, response_page=page_id)
        case PageLevelReached():
            return replace(row, paging=Paging.PAGING, paged_from=None)
        case PageAcknowledged() | IncidentAcknowledged():
            return replace(row, paging=Paging.ACKNOWLEDGED, paged_from=None)
        case EscalationExhausted():
            return replace(row, paging=Paging.EXHAUSTED)
        case PageStopped():
            return replace(row, paging=Paging.NONE)
        case PagingDegraded():
            return replace(row, paging=Paging.DEGRADED)
        case PagingRestored() if row.paging is Paging.DEGRADED:
            return replace(row, paging=Paging.NONE)
        case _:
            return row


def _put_off(row: BoardRow, event: IncidentSnoozed | IncidentSnoozeEnded) -> BoardRow:
    if isinstance(event, IncidentSnoozed):
        paged_from = event.page.not_before if event.page else None
        return replace(row, paging=Paging.SNOOZED, paged_from=paged_from)
    if event.still_had:
        return replace(row, paging=Paging.ACKNOWLEDGED, paged_from=None)
    waits = row.paged_from is not None and row.paged_from > event.ended_at  # for business hours
    paging, paged_from = (Paging.WAITING, row.paged_from) if waits else (Paging.NONE, None)
    return replace(row, paging=paging, paged_from=paged_from)


def _is_past(row: BoardRow, event: PageAcknowledged | PageStopped | EscalationExhausted) -> bool:
    """Return whether the event is about a page that says nothing of the incident any more."""
    return row.paging is Paging.SNOOZED or row.response_page not in {None, event.page_id}


def _status(row: BoardRow) -> Status:
    reached = (
        (row.closed_at, Status.CLOSED),
        (row.declined_at, Status.DECLINED),
        (row.merged_at, Status.MERGED),
        (row.resolved_at, Status.RESOLVED),
        (row.mitigated_at, Status.MITIGATED),
    )
    return next((status for at, status in reached if at is not None), _taken(row))


def _taken(row: BoardRow) -> Status:
    """Return whether somebody has the incident; who answered first stays known either way."""
    return Status.DECLARED if row.held_by is None else Status.ACKNOWLEDGED


def _held(row: BoardRow, event: object) -> BoardRow:
    until = row.snoozed_until
    snooze = snooze_after(Snooze(until=until, page_number=None) if until else None, event)
    held_by, until = holder_after(row.held_by, event), snooze.until if snooze else None
    if (held_by, until) == (row.held_by, row.snoozed_until):
        return row
    return replace(row, held_by=held_by, snoozed_until=until)
