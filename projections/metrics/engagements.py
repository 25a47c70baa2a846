"""Engagements: one row for each incident and person, with what they did about it."""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from events.actor import actor_named
from events.delivery.events import DeliverySent
from events.ids import ResponderId
from events.incident.events import IncidentAcknowledged, IncidentMitigated, IncidentResolved
from events.incident.roles.events import ResponderJoined, Role, RoleAssigned, RoleHandedOver
from events.log.recorded import Recorded
from projections.engine.authorship import author_of
from projections.engine.keys import incident_key
from projections.engine.rows import INCIDENTS_STREAMS, Batch, Moment, Row, Rows, Table, fold
from projections.practice.acts import ActKind, act_of

NAME: Final = "engagements"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class EngagementRow(Row, frozen=True, kw_only=True):
    """What one person had to do with one incident."""

    engagement_id: str  # both of them
    incident_id: UUID
    responder_id: str
    paged_at: Moment | None = None  # the first message of a page that they got
    messages: int = 0
    joined_at: Moment | None = None
    acknowledged_at: Moment | None = None  # the first time
    acknowledged: int = 0  # how often they took it
    acted_first_at: Moment | None = None
    acted_last_at: Moment | None = None
    worked: int = 0  # acts that were more than to take it or to end it
    commanded: bool = False
    mitigated: bool = False  # they said that the impact had stopped
    resolved: bool = False


ENGAGEMENT = Table(
    "engagement",
    "engagement_id",
    EngagementRow,
    INCIDENTS_STREAMS,
    indexes={
        "incident": "(incident_id)",
        "person": "(responder_id)",
    },
)
TABLES: Final = (ENGAGEMENT,)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring what people had to do with the batch's incidents up to date."""
    await fold(ENGAGEMENT, tx, batch, engagements_of, evolve)


key_of = incident_key  # quarantined when an event cannot be applied


def engagements_of(event: object) -> tuple[str, ...]:
    """Return the engagements that an event changes, each as its id."""
    incident_id: UUID | None = getattr(event, "incident_id", None)
    if incident_id is None:
        return ()
    people = {person for person in (_addressed(event), _acting(event)) if person is not None}
    return tuple(f"{incident_id}/{person}" for person in sorted(people))


def evolve(
    row: EngagementRow | None, recorded: Recorded[object], key: Hashable
) -> EngagementRow | None:
    """Return the engagement after the event."""
    if row is None:
        incident_id, _, person = str(key).partition("/")
        row = EngagementRow(
            engagement_id=str(key), incident_id=UUID(incident_id), responder_id=person
        )
    event = recorded.event
    if _addressed(event) == row.responder_id:
        row = _after_being_addressed(row, event)
    return _after_acting(row, event) if _acting(event) == row.responder_id else row


def _addressed(event: object) -> ResponderId | None:
    """Return whom an event reaches, brings in or gives the command."""
    match event:
        case DeliverySent(kind="page", incident_id=UUID()) | ResponderJoined():
            return event.responder_id
        case RoleAssigned(role=Role.COMMANDER):
            return event.responder_id
        case RoleHandedOver(role=Role.COMMANDER):
            return event.to_responder_id
        case _:
            return None


def _acting(event: object) -> ResponderId | None:
    """Return the person who did something about an incident by an event."""
    author = author_of(event) if act_of(event) is not None else None
    return None if author is None else actor_named(author).responder_id


def _after_being_addressed(row: EngagementRow, event: object) -> EngagementRow:
    match event:
        case DeliverySent(kind="page", sent_at=at):
            first = at if row.paged_at is None else min(row.paged_at, at)
            return replace(row, paged_at=first, messages=row.messages + 1)
        case ResponderJoined(joined_at=at):
            return replace(row, joined_at=row.joined_at or at)
        case _:
            return replace(row, commanded=True)


def _after_acting(row: EngagementRow, event: object) -> EngagementRow:
    act = act_of(event)
    if act is None:
        return row
    first, last = row.acted_first_at or act.at, row.acted_last_at or act.at
    row = replace(
        row,
        acted_first_at=min(first, act.at),
        acted_last_at=max(last, act.at),
        worked=row.worked + (act.kind is ActKind.WORKED),
    )
    match event:
        case IncidentAcknowledged(acknowledged_at=at):
            first = row.acknowledged_at or at
            return replace(row, acknowledged_at=first, acknowledged=row.acknowledged + 1)
        case IncidentMitigated():
            return replace(row, mitigated=True)
        case IncidentResolved():
            return replace(row, resolved=True)
        case _:
            return row
