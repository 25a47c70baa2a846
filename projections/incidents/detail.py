"""Incident detail: the board's row of one incident and everything around it."""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from events.delivery.events import DeliverySent
from events.ids import ResponderId
from events.incident.checklist.state import Checklist, checklist_after, paged
from events.incident.events import (
    IncidentDeclined,
    IncidentMitigated,
    IncidentResolved,
)
from events.incident.fields.state import CustomFields, fields_after
from events.incident.links.state import links_after
from events.incident.mitigation.state import MitigationActions, actions_after
from events.incident.noise import DeclineCategory
from events.incident.phases import Phase
from events.incident.privacy.events import IncidentMemberRemoved
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
from events.log.recorded import Recorded
from events.page.purpose import Purpose
from events.values.links import Link
from events.values.severity import Impact, Scope, Severity
from projections.engine.keys import incident_key
from projections.engine.rows import (
    Batch,
    Moment,
    Reader,
    Row,
    Rows,
    Table,
    fold,
    held,
    same_named,
)
from projections.incidents import board as incident_board
from projections.incidents.board import BoardRow, incidents_of
from projections.incidents.board_list import key_for
from projections.incidents.facets.alerts import AlertOfIncident, alerts_of, evolve_alert
from projections.incidents.facets.corrections import Correction, corrected
from projections.incidents.facets.deadlines import (
    Deadline,
    PhaseTimestamp,
    deadlines_after,
    phases_after,
)
from projections.incidents.facets.pages import Page, pages_after
from projections.incidents.facets.relations import Relatives, relatives_after
from projections.incidents.facets.responder_requests import (
    ResponderRequest,
    responder_requests_after,
)
from projections.incidents.facets.storm import StormOfIncident, storm_after
from projections.privacy import members as privacy

NAME: Final = "incident_detail"
VERSION: Final = 16  # raise it to rebuild from position 0, also when the rules of the board change
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class Participant(Struct, frozen=True, kw_only=True):
    """Somebody who is part of the response."""

    responder_id: ResponderId
    added_by: str
    joined_at: Moment


class StatusUpdate(Struct, frozen=True, kw_only=True):
    """The newest internal status update."""

    number: int
    severity: Severity | None
    phase: Phase
    impact: str
    current_actions: str
    next_update_at: Moment | None
    published_by: str
    published_at: Moment


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
    responder_requests: tuple[ResponderRequest, ...] = ()
    mitigation_summary: str | None = None
    resolution_summary: str | None = None
    decline_reason: str | None = None
    checklist: Checklist = field(default_factory=Checklist)
    mitigation_actions: MitigationActions = ()
    decline_category: DeclineCategory | None = None
    corrections: tuple[Correction, ...] = ()
    relations: Relatives = field(default_factory=Relatives)
    storm: StormOfIncident | None = None  # whose alerts it takes


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
    reader: Reader, id_or_reference: UUID | str
) -> IncidentDetail | None:
    """Return one incident by its id or its reference."""
    column, value = key_for(id_or_reference)
    async with reader.transaction(isolation="repeatable_read", readonly=True):
        await held(reader, DETAIL, ALERTS)
        rows = await DETAIL.select(
            reader, f"where {column} = $1 and reference <> '' order by position limit 1", value
        )
        if not rows:
            return None
        alerts = await ALERTS.select(
            reader,
            "where incident_id = $1 order by started_at, alert_id limit $2",
            rows[0].incident_id,
            MOST_ALERTS,
        )
    return IncidentDetail(row=rows[0], alerts=tuple(alerts))


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's incidents, and their alerts, up to date."""
    await fold(DETAIL, tx, batch, incidents_of, evolve)
    await fold(ALERTS, tx, batch, alerts_of, evolve_alert)


key_of = incident_key  # quarantined when an event cannot be applied


def evolve(row: DetailRow | None, recorded: Recorded[object], key: Hashable) -> DetailRow:
    """Return the detail after the event."""
    event = recorded.event
    board = incident_board.evolve(None if row is None else row.board, recorded, key)
    if row is None:
        row = DetailRow(incident_id=board.incident_id, reference=board.reference, board=board)
    removed = privacy.removed_after(row.removed, event)
    after = replace(
        row,
        board=board,
        reference=board.reference,
        relations=relatives_after(row.relations, event),
        removed=removed,
        members=privacy.members_after(row.members, event, private=board.private, removed=removed),
        links=links_after(row.links, event),
        storm=storm_after(row.storm, event),
        custom=fields_after(row.custom, event),
        phases=phases_after(row.phases, event),
        deadlines=deadlines_after(row.deadlines, event),
        checklist=_checklist_after(row, event),
        mitigation_actions=actions_after(row.mitigation_actions, event),
        pages=pages_after(row.pages, event),
        responder_requests=responder_requests_after(row.responder_requests, event),
        position=recorded.position,
    )
    return _told(after, event)


def _checklist_after(row: DetailRow, event: object) -> Checklist:
    checklist = checklist_after(row.checklist, event)
    if isinstance(event, DeliverySent) and _asks_for_responders(row, event):
        return paged(checklist, event)
    return checklist


def _asks_for_responders(row: DetailRow, event: DeliverySent) -> bool:
    page = next((page for page in row.pages if str(page.page_id) == event.about), None)
    return page is not None and page.purpose is Purpose.RESPONSE


def _told(row: DetailRow, event: object) -> DetailRow:
    match event:
        case IncidentTriaged():
            return replace(row, impact=event.impact, scope=event.scope)
        case ResponderJoined():
            participant = Participant(**same_named(event, Participant))
            return replace(row, responders=(*row.responders, participant))
        case IncidentMemberRemoved():
            left = (
                responder
                for responder in row.responders
                if responder.responder_id != event.responder_id
            )
            return replace(row, responders=tuple(left))
        case RoleOffered():
            offers = {**row.role_offers, event.role: event.to_responder_id}
            return replace(row, role_offers=offers)
        case RoleHandedOver() | RoleDeclined() | RoleOfferWithdrawn() | RoleUnassigned():
            offers = {role: to for role, to in row.role_offers.items() if role != event.role}
            return replace(row, role_offers=offers)
        case StatusUpdatePublished():
            return replace(row, status_update=StatusUpdate(**same_named(event, StatusUpdate)))
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
