"""Work items: what waits in the queue because nobody is paged for it."""

from collections.abc import Hashable
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from events.incident.events import IncidentClosed, IncidentDeclined, IncidentResolved
from events.incident.relations.events import IncidentMerged
from events.incident.work_item.events import (
    WorkItemCompleted,
    WorkItemOpened,
    WorkItemReassigned,
    WorkItemRetracted,
)
from events.log.recorded import Recorded
from projections.engine.keys import stream_key
from projections.engine.rows import (
    OWN_STREAM,
    Batch,
    Moment,
    Reader,
    Row,
    Rows,
    Table,
    fold,
    same_named,
)

NAME: Final = "work_items"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class WorkItemState(StrEnum):
    """Whether somebody is still to do it."""

    OPEN = "open"
    COMPLETED = "completed"
    OVER = "over"  # its incident ended, or people are paged for it by now


class WorkItemRow(Row, frozen=True, kw_only=True):
    """The newest work item of one incident."""

    incident_id: UUID
    reference: str
    title: str
    state: WorkItemState = WorkItemState.OPEN
    owner: str | None
    due_at: Moment
    opened_at: Moment
    completed_by: str | None = None
    completed_at: Moment | None = None
    summary: str | None = None  # what was done
    version: int


WORK_ITEM = Table(
    "work_item",
    "incident_id",
    WorkItemRow,
    OWN_STREAM,
    indexes={
        "due": "(state, due_at)",
    },
)
TABLES: Final = (WORK_ITEM,)

PAGE = """
where ($1::text is null or state = $1) and ($2::text is null or owner = $2)
    and incident_id <> all ($4::uuid[])
order by due_at, incident_id limit $3
"""


async def list_work_items(
    reader: Reader,
    state: WorkItemState | None,
    owner: str | None,
    limit: int,
    hidden: frozenset[UUID] = frozenset(),
) -> tuple[WorkItemRow, ...]:
    """Return at most `limit` work items, what is due first first, and none of what is hidden."""
    return tuple(await WORK_ITEM.select(reader, PAGE, state, owner, limit, sorted(hidden)))


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's work items up to date."""
    await fold(WORK_ITEM, tx, batch, incidents_of, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the incident whose work item is quarantined when the event cannot be applied."""
    return stream_key(recorded, "incident")


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident whose work item an event changes, if it does."""
    match event:
        case (
            WorkItemOpened()
            | WorkItemReassigned()
            | WorkItemCompleted()
            | WorkItemRetracted()
            | IncidentResolved()
            | IncidentDeclined()
            | IncidentClosed()
            | IncidentMerged()
        ):
            return (event.incident_id,)
        case _:
            return ()


def evolve(
    row: WorkItemRow | None, recorded: Recorded[object], _key: Hashable
) -> WorkItemRow | None:
    """Return the row after the event; an incident without a work item has none."""
    event, version = recorded.event, recorded.version
    if isinstance(event, WorkItemOpened):
        return WorkItemRow(**same_named(event, WorkItemRow), version=version)
    if row is None:
        return None
    match event:
        case WorkItemReassigned():
            return replace(row, owner=event.owner, due_at=event.due_at, version=version)
        case WorkItemCompleted():
            return replace(
                row,
                state=WorkItemState.COMPLETED,
                **same_named(event, WorkItemRow),
                version=version,
            )
        case _ if row.state is WorkItemState.OPEN:
            return replace(row, state=WorkItemState.OVER, version=version)
        case _:
            return row
