"""Paged incidents: who was paged for each of them, level by level, and by which plan."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.backtest.past import PastIncident, PastPage, SeveritySince, policies_in, schedules_in
from events.ids import IncidentId, page_id_for
from events.incident.events import IncidentDeclared
from events.incident.modes import Mode
from events.incident.pages.state import pages_after as requests_after
from events.incident.severity.events import IncidentSeverityChanged, IncidentTriaged
from events.log.recorded import Recorded
from events.page.events import (
    EscalationExhausted,
    PageAcknowledged,
    PageEscalated,
    PageLevelEmpty,
    PageLevelReached,
    PageLevelSkipped,
    PageReplanned,
    PageStarted,
    PageStopped,
)
from events.page.plan import PagePlan, PageTarget
from projections.engine.keys import incident_key, incident_of
from projections.engine.rows import INCIDENTS_STREAMS, Batch, Moment, Reader, Row, Rows, Table, fold
from projections.paging.past_pages import after_page_event, started

NAME: Final = "paged_incidents"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

EVENTS: Final = (
    IncidentDeclared,
    IncidentTriaged,
    IncidentSeverityChanged,
    PageStarted,
    PageReplanned,
    PageLevelReached,
    PageLevelEmpty,
    PageLevelSkipped,
    PageEscalated,
    PageAcknowledged,
    PageStopped,
    EscalationExhausted,
)


class Asked(Struct, frozen=True, kw_only=True):
    """Whom a page was requested for."""

    page_id: UUID
    target: PageTarget


class PagedIncidentRow(Row, frozen=True, kw_only=True):
    """One incident: the pages for it as they were, and all that their levels asked about it."""

    incident_id: UUID
    reference: str = ""
    service_id: str | None = None
    drill: bool = False
    severities: tuple[SeveritySince, ...] = ()
    targets: tuple[Asked, ...] = ()
    pages: tuple[PastPage, ...] = ()
    policies: tuple[str, ...] = ()  # of all their plans
    schedules: tuple[str, ...] = ()
    first_paged_at: Moment | None = None
    last_paged_at: Moment | None = None


PAGED_INCIDENT = Table(
    "paged_incident",
    "incident_id",
    PagedIncidentRow,
    INCIDENTS_STREAMS,
    indexes={
        "policies": "using gin (policies)",
        "schedules": "using gin (schedules)",
    },
)
TABLES: Final = (PAGED_INCIDENT,)
PAGED_IN: Final = """
where last_paged_at >= $1 and first_paged_at < $2 and not drill and incident_id <> all($3::uuid[])
order by first_paged_at desc, incident_id limit $4
"""
PAGED: Final = """
where {column} ? $1 and last_paged_at >= $2 and first_paged_at < $3 and not drill
    and incident_id <> all($4::uuid[])
order by first_paged_at desc, incident_id limit $5
"""


async def paged_by_policy(
    reader: Reader,
    policy_id: str,
    begin: datetime,
    end: datetime,
    hidden: Iterable[UUID],
    most: int,
) -> list[PastIncident]:
    """Return the incidents that a policy paged somebody for, the newest first; no drills."""
    where = PAGED.format(column="policies")
    rows = await PAGED_INCIDENT.select(reader, where, policy_id, begin, end, list(hidden), most)
    return [*map(_past, rows)]


async def paged_by_schedule(
    reader: Reader,
    schedule_id: str,
    begin: datetime,
    end: datetime,
    hidden: Iterable[UUID],
    most: int,
) -> list[PastIncident]:
    """Return the incidents whose policy named a schedule, the newest first; no drills."""
    where = PAGED.format(column="schedules")
    rows = await PAGED_INCIDENT.select(reader, where, schedule_id, begin, end, list(hidden), most)
    return [*map(_past, rows)]


async def paged_in(
    reader: Reader, begin: datetime, end: datetime, hidden: Iterable[UUID], most: int
) -> list[PastIncident]:
    """Return the incidents that somebody was paged for, the newest first; no drills."""
    rows = await PAGED_INCIDENT.select(reader, PAGED_IN, begin, end, list(hidden), most)
    return [*map(_past, rows)]


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the paged incidents that the batch names up to date."""
    await fold(PAGED_INCIDENT, tx, batch, incidents_of, paged)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return whose pages are quarantined when the event cannot be applied."""
    return incident_key(recorded)


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident whose pages an event changes."""
    incident_id = incident_of(event) if isinstance(event, EVENTS) or _requested(event) else None
    return () if incident_id is None else (incident_id,)


def paged(
    row: PagedIncidentRow | None, recorded: Recorded[object], key: Hashable
) -> PagedIncidentRow | None:
    """Return the incident after the event."""
    row = row or PagedIncidentRow(incident_id=UUID(str(key)))
    return _with_pages(_with_targets(_described(row, recorded.event), recorded.event), recorded)


def _described(row: PagedIncidentRow, event: object) -> PagedIncidentRow:
    match event:
        case IncidentDeclared():
            return replace(
                row,
                reference=event.reference,
                service_id=event.service_id,
                drill=event.mode is Mode.DRILL,
                severities=(SeveritySince(since=event.declared_at, severity=event.severity),),
            )
        case IncidentTriaged():
            since = SeveritySince(since=event.triaged_at, severity=event.severity)
        case IncidentSeverityChanged():
            since = SeveritySince(since=event.changed_at, severity=event.severity)
        case _:
            return row
    return replace(row, severities=(*row.severities, since))


def _with_targets(row: PagedIncidentRow, event: object) -> PagedIncidentRow:
    more = tuple(
        Asked(page_id=page_id_for(IncidentId(row.incident_id), number), target=target)
        for number, target in _requested(event)
    )
    return replace(row, targets=(*row.targets, *more)) if more else row


def _with_pages(row: PagedIncidentRow, recorded: Recorded[object]) -> PagedIncidentRow:
    event = recorded.event
    match event:
        case PageStarted():
            asked = (one.target for one in row.targets if one.page_id == event.page_id)
            page = started(event, next(asked, None))
            row = replace(
                row,
                pages=(*row.pages, page),
                first_paged_at=row.first_paged_at or event.started_at,
                last_paged_at=event.started_at,
            )
            return _naming(row, event.plan)
        case PageReplanned():
            return _naming(replace(row, pages=after_page_event(row.pages, event)), event.plan)
        case _:
            return replace(row, pages=after_page_event(row.pages, event))


def _naming(row: PagedIncidentRow, plan: PagePlan) -> PagedIncidentRow:
    return replace(
        row,
        policies=tuple(dict.fromkeys((*row.policies, *policies_in(plan)))),
        schedules=tuple(dict.fromkeys((*row.schedules, *schedules_in(plan)))),
    )


def _requested(event: object) -> Sequence[tuple[int, PageTarget]]:
    """Return the pages that an event requests, by number."""
    return [(page.number, page.target) for page in requests_after((), event)]


def _past(row: PagedIncidentRow) -> PastIncident:
    return PastIncident(
        incident_id=row.incident_id,
        reference=row.reference,
        service_id=row.service_id,
        severities=row.severities,
        pages=row.pages,
    )
