"""Responses: one row for each incident, with how the response to it kept to the practice."""

from collections.abc import Hashable
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.delivery.events import PAGE, DeliveryFailed
from events.incident.checklist.events import ChecklistItemsLeft
from events.incident.events import (
    IncidentDeclared,
    IncidentPhaseAdvanced,
    IncidentResolved,
)
from events.incident.phases import Phase
from events.incident.status_updates.events import StatusUpdateMissed, StatusUpdatePublished
from events.incident.watch.events import RoleUnfilled
from events.log.recorded import Recorded
from events.page.events import PageLevelReached
from events.paging.events import PagingDegraded
from projections.engine.keys import incident_key
from projections.engine.rows import INCIDENTS_STREAMS, Batch, Moment, Row, Rows, Table, fold

NAME: Final = "responses"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

FIRST: Final = 1  # level, round, notice
EVENTS: Final = (
    IncidentDeclared,
    IncidentPhaseAdvanced,
    IncidentResolved,
    RoleUnfilled,
    StatusUpdatePublished,
    StatusUpdateMissed,
    ChecklistItemsLeft,
    DeliveryFailed,
    PageLevelReached,
    PagingDegraded,
)


class ReachedPhase(Struct, frozen=True, kw_only=True):
    """A phase, and when it was reached first, or had to be."""

    phase: Phase
    at: Moment


class ResponseRow(Row, frozen=True, kw_only=True):
    """How one incident was responded to."""

    incident_id: UUID
    reached: tuple[ReachedPhase, ...] = ()  # in the order they were reached
    deadlines: tuple[ReachedPhase, ...] = ()
    roles_unfilled: tuple[str, ...] = ()  # mandatory, and not filled in time
    promised_at: Moment | None = None  # the next status update
    is_late: bool = False  # it did not come by then
    updates_kept: int = 0  # that came by when they were promised
    updates_late: int = 0
    updates_missed: int = 0  # that never came
    items_left: int = 0  # mandatory ones of checklists, with a reason
    pages: int = 0
    escalated: int = 0  # beyond the first level
    failed: int = 0  # messages of pages that could not be delivered
    degraded: int = 0  # how often paging could not start


RESPONSE = Table("incident_response", "incident_id", ResponseRow, INCIDENTS_STREAMS)
TABLES: Final = (RESPONSE,)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the responses of the batch's incidents up to date."""
    await fold(RESPONSE, tx, batch, incidents_of, evolve)


key_of = incident_key  # quarantined when an event cannot be applied


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident whose response an event tells of."""
    if not isinstance(event, EVENTS):
        return ()
    incident_id: UUID | None = getattr(event, "incident_id", None)
    return () if incident_id is None else (incident_id,)


def evolve(row: ResponseRow | None, recorded: Recorded[object], key: Hashable) -> ResponseRow:
    """Return the response after an event."""
    row = row or ResponseRow(incident_id=UUID(str(key)))
    event = recorded.event
    if isinstance(event, StatusUpdatePublished | StatusUpdateMissed | IncidentResolved):
        return _of_promises(row, event)
    if isinstance(event, DeliveryFailed | PageLevelReached | PagingDegraded):
        return _of_paging(row, event)
    return _of_phases(row, event)


def _of_phases(row: ResponseRow, event: object) -> ResponseRow:
    match event:
        case IncidentDeclared():
            due = tuple(
                ReachedPhase(phase=one.phase, at=event.declared_at + one.within)
                for one in event.deadlines
            )
            return replace(row, deadlines=due)
        case IncidentPhaseAdvanced():
            return _reached(row, event.phase, event.advanced_at)
        case RoleUnfilled():
            unfilled = (*row.roles_unfilled, event.role)
            return replace(row, roles_unfilled=tuple(dict.fromkeys(unfilled)))
        case ChecklistItemsLeft():
            return replace(row, items_left=row.items_left + len(event.item_ids))
        case _:
            return row


def _reached(row: ResponseRow, phase: Phase, at: datetime) -> ResponseRow:
    if any(one.phase is phase for one in row.reached):
        return row  # after a step back it is reached again
    return replace(row, reached=(*row.reached, ReachedPhase(phase=phase, at=at)))


def _of_promises(row: ResponseRow, event: object) -> ResponseRow:
    match event:
        case StatusUpdatePublished(corrects=None, published_at=at):
            if row.promised_at is not None:
                late = row.is_late or at > row.promised_at
                row = replace(
                    row,
                    updates_kept=row.updates_kept + (not late),
                    updates_late=row.updates_late + late,
                )
            return replace(row, promised_at=event.next_update_at, is_late=False)
        case StatusUpdateMissed():
            return replace(row, promised_at=event.due_at, is_late=True)
        case IncidentResolved():  # nothing is promised any more
            missed = row.updates_missed + row.is_late
            return replace(row, promised_at=None, is_late=False, updates_missed=missed)
        case _:
            return row


def _of_paging(row: ResponseRow, event: object) -> ResponseRow:
    match event:
        case PageLevelReached():
            first = event.level == event.round == FIRST
            beyond = event.round == FIRST and event.level == FIRST + 1
            return replace(row, pages=row.pages + first, escalated=row.escalated + beyond)
        case DeliveryFailed():
            return replace(row, failed=row.failed + (event.kind == PAGE))
        case PagingDegraded():
            return replace(row, degraded=row.degraded + 1)
        case _:
            return row
