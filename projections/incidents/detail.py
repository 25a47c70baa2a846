"""One incident as its page shows it: the board's row and everything around it."""

from collections.abc import Hashable
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from events.ids import ResponderId
from events.incident.checklist.state import Checklist, checklist_after, paged
from events.incident.events import (
    IncidentClosed,
    IncidentDeadlineMissed,
    IncidentDeclared,
    IncidentDeclined,
    IncidentMitigated,
    IncidentPhaseAdvanced,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.fields.state import CustomFields, fields_after
from events.incident.links.state import links_after
from events.incident.mitigation.state import MitigationActions, actions_after
from events.incident.noise import DeclineCategory
from events.incident.phases import Phase
from events.incident.privacy.events import IncidentMemberRemoved
from events.incident.relations.events import IncidentMerged
from events.incident.roles.events import (
    ResponderJoined,
    RoleDeclined,
    RoleHandedOver,
    RoleOffered,
    RoleOfferWithdrawn,
    RoleUnassigned,
)
from events.incident.severity.events import IncidentTriaged
from events.incident.status_updates.events import StatusUpdatePublished
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.links import Link
from events.log.recorded import Recorded
from events.page.events import (
    EscalationExhausted,
    PageAcknowledged,
    PageLevelEmpty,
    PageLevelReached,
    PageSent,
    PageStarted,
    PageStopped,
)
from events.page.purpose import Purpose
from events.severity import Impact, Scope, Severity
from projections.engine.keys import incident_key
from projections.engine.rows import Batch, Connection, Moment, Row, Rows, Table, fold, held
from projections.incidents import board as incident_board
from projections.incidents.alerts_of_incident import AlertOfIncident, alerts_of, evolve_alert
from projections.incidents.board import BoardRow, incidents_of, key_for
from projections.incidents.corrections import Correction, corrected
from projections.incidents.relations import Relatives, relatives_after
from projections.privacy import members as privacy

NAME: Final = "incident_detail"
VERSION: Final = 7  # raise it to rebuild from position 0, also when the rules of the board change
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class DeadlineState(StrEnum):
    """What has become of a deadline."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    LAPSED = "lapsed"  # the incident was over before it was due


class PageState(StrEnum):
    """Where a page stands."""

    PAGING = "paging"
    ACKNOWLEDGED = "acknowledged"
    STOPPED = "stopped"
    EXHAUSTED = "exhausted"


class Participant(Struct, frozen=True, kw_only=True):
    """Somebody who is part of the response."""

    responder_id: ResponderId
    added_by: str
    joined_at: Moment


class Deadline(Struct, frozen=True, kw_only=True):
    """A phase that must be reached in time."""

    phase: Phase
    due_at: Moment
    state: DeadlineState = DeadlineState.RUNNING
    reached_at: Moment | None = None  # also of a missed one, when it was reached late


class PhaseTimestamp(Struct, frozen=True, kw_only=True):
    """When the incident came into a phase; an incident that was reopened has more than one."""

    phase: Phase
    reached_at: Moment


class StatusUpdate(Struct, frozen=True, kw_only=True):
    """The newest word to the people inside."""

    number: int
    severity: Severity | None
    phase: Phase
    impact: str
    current_actions: str
    next_update_at: Moment | None
    published_by: str
    published_at: Moment


class Page(Struct, frozen=True, kw_only=True):
    """One escalation, and how far it went."""

    page_id: UUID
    state: PageState = PageState.PAGING
    round: int = 0  # 0 before the first level
    level: int = 0
    levels: int  # of its plan
    purpose: Purpose = Purpose.RESPONSE
    ask: str = ""  # what it asks for, beside taking the incident
    acknowledged_by: str | None = None
    started_at: Moment
    ended_at: Moment | None = None


class DetailRow(Row, frozen=True, kw_only=True):
    """What is stored of one incident; its alerts have a table of their own."""

    incident_id: UUID
    reference: str
    board: BoardRow
    phases: tuple[PhaseTimestamp, ...] = ()
    responders: tuple[Participant, ...] = ()
    role_offers: dict[str, ResponderId] = field(default_factory=dict)  # not answered yet
    deadlines: tuple[Deadline, ...] = ()
    links: tuple[Link, ...] = ()
    custom: CustomFields = field(default_factory=CustomFields)
    members: tuple[ResponderId, ...] = ()  # who knows of it while it is private
    removed: tuple[ResponderId, ...] = ()  # whom no page lets in again
    impact: Impact | None = None
    scope: Scope | None = None
    status_update: StatusUpdate | None = None
    pages: tuple[Page, ...] = ()
    mitigation_summary: str | None = None
    resolution_summary: str | None = None
    decline_reason: str | None = None
    checklist: Checklist = field(default_factory=Checklist)
    mitigation_actions: MitigationActions = ()
    decline_category: DeclineCategory | None = None
    corrections: tuple[Correction, ...] = ()
    relations: Relatives = field(default_factory=Relatives)


class IncidentDetail(Struct, frozen=True, kw_only=True):
    """One incident with everything around it, all true at one position."""

    row: DetailRow
    alerts: tuple[AlertOfIncident, ...]  # the first MOST_ALERTS, in the order they began

    @property
    def board(self) -> BoardRow:
        """Return the incident's row on the board."""
        return self.row.board


MOST_ALERTS: Final = 500  # shown with an incident; a storm brings tens of thousands
DETAIL = Table(
    "incident_detail",
    "incident_id",
    DetailRow,
    indexes={
        "reference": "(reference)",
    },
)
ALERTS = Table(
    "incident_alert",
    "id",
    AlertOfIncident,
    indexes={
        "incident": "(incident_id, started_at)",
    },
)
TABLES: Final = (DETAIL, ALERTS)


async def find_incident_detail(
    connection: Connection, id_or_reference: UUID | str
) -> IncidentDetail | None:
    """Return one incident by its id or its reference."""
    column, value = key_for(id_or_reference)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await held(connection, DETAIL, ALERTS)
        rows = await DETAIL.select(
            connection, f"where {column} = $1 and reference <> '' order by position limit 1", value
        )
        if not rows:
            return None
        alerts = await ALERTS.select(
            connection,
            "where incident_id = $1 order by started_at, alert_id limit $2",
            rows[0].incident_id,
            MOST_ALERTS,
        )
    return IncidentDetail(row=rows[0], alerts=tuple(alerts))


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's incidents, and their alerts, up to date."""
    await fold(DETAIL, tx, batch, incidents_of, evolve)
    await fold(ALERTS, tx, batch, alerts_of, evolve_alert)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the incident that is quarantined when the event cannot be applied."""
    return incident_key(recorded)


def evolve(row: DetailRow | None, recorded: Recorded[object], key: Hashable) -> DetailRow:
    """Return the detail after the event."""
    board = incident_board.evolve(None if row is None else row.board, recorded, key)
    if row is None:
        row = DetailRow(incident_id=board.incident_id, reference=board.reference, board=board)
    row = replace(row, board=board, reference=board.reference, position=recorded.position)
    relations = relatives_after(row.relations, recorded.event)
    if relations is not row.relations:
        row = replace(row, relations=relations)
    removed = privacy.removed_after(row.removed, recorded.event)
    members = privacy.members_after(
        row.members, recorded.event, private=board.private, removed=removed
    )
    links = links_after(row.links, recorded.event)
    custom = fields_after(row.custom, recorded.event)
    row = replace(row, members=members, removed=removed, links=links, custom=custom)
    row = _worked_off(row, recorded.event)
    return _paged(_told(_phased(row, recorded.event), recorded.event), recorded.event)


def _worked_off(row: DetailRow, event: object) -> DetailRow:
    checklist = checklist_after(row.checklist, event)
    if isinstance(event, PageSent) and _asks_for_responders(row, event):
        checklist = paged(checklist, event)
    actions = actions_after(row.mitigation_actions, event)
    if checklist is row.checklist and actions is row.mitigation_actions:
        return row
    return replace(row, checklist=checklist, mitigation_actions=actions)


def _asks_for_responders(row: DetailRow, event: PageSent) -> bool:
    page = next((one for one in row.pages if one.page_id == event.page_id), None)
    return page is not None and page.purpose is Purpose.RESPONSE


def _phased(row: DetailRow, event: object) -> DetailRow:
    match event:
        case IncidentDeclared():
            deadlines = tuple(
                Deadline(phase=one.phase, due_at=event.declared_at + one.within)
                for one in event.deadlines
            )
            began = PhaseTimestamp(phase=Phase.DETECTION, reached_at=event.declared_at)
            return replace(row, deadlines=deadlines, phases=(began,))
        case IncidentPhaseAdvanced():
            timestamp = PhaseTimestamp(phase=event.phase, reached_at=event.advanced_at)
            deadlines = tuple(_reached(one, timestamp) for one in row.deadlines)
            return replace(row, phases=(*row.phases, timestamp), deadlines=deadlines)
        case IncidentReopened():
            timestamp = PhaseTimestamp(phase=event.phase, reached_at=event.reopened_at)
            return replace(row, phases=(*row.phases, timestamp))
        case IncidentDeadlineMissed():
            return replace(
                row,
                deadlines=tuple(
                    replace(one, state=DeadlineState.MISSED) if one.phase is event.phase else one
                    for one in row.deadlines
                ),
            )
        case IncidentDeclined() | IncidentClosed() | IncidentMerged():
            return replace(row, deadlines=tuple(map(_lapsed, row.deadlines)))
        case _:
            return row


def _reached(deadline: Deadline, timestamp: PhaseTimestamp) -> Deadline:
    if deadline.reached_at is not None or timestamp.phase.rank < deadline.phase.rank:
        return deadline
    met = deadline.state is DeadlineState.RUNNING
    state = DeadlineState.MET if met else deadline.state
    return replace(deadline, state=state, reached_at=timestamp.reached_at)


def _lapsed(deadline: Deadline) -> Deadline:
    if deadline.state is not DeadlineState.RUNNING:
        return deadline
    return replace(deadline, state=DeadlineState.LAPSED)


def _told(row: DetailRow, event: object) -> DetailRow:
    match event:
        case IncidentTriaged():
            return replace(row, impact=event.impact, scope=event.scope)
        case ResponderJoined():
            participant = Participant(
                responder_id=event.responder_id,
                added_by=event.added_by,
                joined_at=event.joined_at,
            )
            return replace(row, responders=(*row.responders, participant))
        case IncidentMemberRemoved():
            left = (one for one in row.responders if one.responder_id != event.responder_id)
            return replace(row, responders=tuple(left))
        case RoleOffered():
            offers = {**row.role_offers, event.role: event.to_responder_id}
            return replace(row, role_offers=offers)
        case RoleHandedOver() | RoleDeclined() | RoleOfferWithdrawn() | RoleUnassigned():
            offers = {role: to for role, to in row.role_offers.items() if role != event.role}
            return replace(row, role_offers=offers)
        case StatusUpdatePublished():
            return replace(row, status_update=_status_update(event))
        case IncidentMitigated():
            return replace(row, mitigation_summary=event.summary)
        case IncidentResolved():
            return replace(row, resolution_summary=event.summary)
        case IncidentDeclined():
            return replace(row, decline_reason=event.reason, decline_category=event.category)
        case IncidentTimestampCorrected():
            return replace(row, corrections=corrected(row.corrections, event))
        case _:
            return row


def _status_update(event: StatusUpdatePublished) -> StatusUpdate:
    return StatusUpdate(
        number=event.number,
        severity=event.severity,
        phase=event.phase,
        impact=event.impact,
        current_actions=event.current_actions,
        next_update_at=event.next_update_at,
        published_by=event.published_by,
        published_at=event.published_at,
    )


def _paged(row: DetailRow, event: object) -> DetailRow:
    match event:
        case PageStarted():
            page = Page(
                page_id=event.page_id,
                levels=len(event.plan.levels),
                purpose=event.purpose,
                ask=event.ask,
                started_at=event.started_at,
            )
            return replace(row, pages=(*row.pages, page))
        case (
            PageLevelReached()
            | PageLevelEmpty()
            | PageAcknowledged()
            | PageStopped()
            | EscalationExhausted()
        ):
            pages = (
                _on(page, event) if page.page_id == event.page_id else page for page in row.pages
            )
            return replace(row, pages=tuple(pages))
        case _:
            return row


def _on(
    page: Page,
    event: PageLevelReached | PageLevelEmpty | PageAcknowledged | PageStopped | EscalationExhausted,
) -> Page:
    match event:
        case PageLevelReached() | PageLevelEmpty():
            return replace(page, round=event.round, level=event.level)
        case PageAcknowledged():
            return replace(
                page,
                state=PageState.ACKNOWLEDGED,
                acknowledged_by=event.acknowledged_by,
                ended_at=event.acknowledged_at,
            )
        case PageStopped():
            return replace(page, state=PageState.STOPPED, ended_at=event.stopped_at)
        case EscalationExhausted():
            return replace(page, state=PageState.EXHAUSTED, ended_at=event.exhausted_at)
