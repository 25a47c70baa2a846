"""Action items as they stand: what is changed after incidents, by whom and until when."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from events.action_item.events import (
    ACTION_ITEM_EVENTS,
    ActionItemChanged,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemDueMoved,
    ActionItemLinked,
    ActionItemLinkFailed,
    ActionItemLinkRequested,
    ActionItemOpened,
    ActionItemReopened,
    ActionItemStarted,
    ActionItemSuperseded,
    ActionItemTrackerInformed,
    ActionItemTrackerReported,
)
from events.action_item.issue import IssueStatus
from events.action_item.item import ActionItemState, ActionKind, Priority
from events.errors import CursorInvalid
from events.log.recorded import Recorded
from projections.engine.cursors import NOT_OURS, ListPart, cursor_at, place_of
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Reader, Row, Rows, Table, fold

NAME: Final = "action_items"
VERSION: Final = 3  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class ActionItemRow(Row, frozen=True, kw_only=True):
    """One action item."""

    action_item_id: UUID
    incident_id: UUID
    text: str
    action: ActionKind
    owner: str | None  # a person
    team: str | None
    priority: Priority
    factor: int | None  # of its postmortem
    state: ActionItemState = ActionItemState.OPEN
    due_on: date
    first_due_on: date
    moves: int = 0  # of its due date
    opened_by: str
    opened_at: Moment
    opened_position: int  # its number within the incident follows from it
    started_at: Moment | None = None
    ended_at: Moment | None = None
    ended_by: str | None = None
    reason: str | None = None  # why it was dropped
    evidence_url: str | None = None
    superseded_by: UUID | None = None
    tracker_id: str | None = None  # where it is an issue, or is to be one
    issue_key: str | None = None  # None: it is being created, or could not be
    issue_url: str | None = None
    issue_error: str | None = None  # why it could not be created
    issue_status: IssueStatus | None = None  # what the tracker said last
    issue_due_error: str | None = None  # why the issue does not say when the item is due
    version: int


ACTION_ITEM = Table(
    "action_item",
    "action_item_id",
    ActionItemRow,
    OWN_STREAM,
    indexes={"due": "(state, due_on)", "incident": "(incident_id, opened_position)"},
)
TABLES: Final = (ACTION_ITEM,)

CHOSEN: Final = """
where ($1::text[] is null or state = any ($1)) and ($2::text is null or owner = $2)
    and ($3::text is null or team = $3) and ($4::uuid is null or incident_id = $4)
    and ($5::date is null or due_on < $5) and incident_id <> all ($6::uuid[])
    and ($7::date is null or (due_on, action_item_id) > ($7, $8::uuid))
order by due_on, action_item_id limit $9
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemFilter:
    """Which action items a list shows; every filter narrows it."""

    states: tuple[ActionItemState, ...] | None = None
    owner: str | None = None
    team: str | None = None
    incident_id: UUID | None = None
    due_before: date | None = None


async def list_action_items(
    reader: Reader,
    chosen: ActionItemFilter,
    cursor: str | None,
    limit: int,
    hidden: frozenset[UUID] = frozenset(),
) -> ListPart[ActionItemRow]:
    """Return at most `limit` action items, what is due first first, and none of what is hidden.

    Raises: CursorInvalid.
    """
    due_on, item_id = _place_in(cursor)
    rows = await ACTION_ITEM.select(
        reader,
        CHOSEN,
        None if chosen.states is None else [str(one) for one in chosen.states],
        chosen.owner,
        chosen.team,
        chosen.incident_id,
        chosen.due_before,
        sorted(hidden),
        due_on,
        item_id,
        limit + 1,
    )
    shown = tuple(rows[:limit])
    more = len(rows) > limit
    after = cursor_at(shown[-1].due_on.toordinal(), shown[-1].action_item_id) if more else None
    return ListPart(rows=shown, next_cursor=after)


def _place_in(cursor: str | None) -> tuple[date | None, UUID | None]:
    place = place_of(cursor)
    if place is None:
        return None, None
    try:
        return date.fromordinal(place.position), UUID(place.key)
    except (ValueError, OverflowError):
        raise CursorInvalid(NOT_OURS) from None


async def items_of(reader: Reader, incident_ids: list[UUID]) -> tuple[ActionItemRow, ...]:
    """Return every action item of these incidents, in the order they were opened."""
    order = "where incident_id = any ($1) order by opened_position"
    return tuple(await ACTION_ITEM.select(reader, order, incident_ids))


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's action items up to date."""
    await fold(ACTION_ITEM, tx, batch, items_in, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the action item that is quarantined when the event cannot be applied."""
    return stream_key(recorded, "action_item")


def items_in(event: object) -> tuple[UUID, ...]:
    """Return the action item that an event is about, if it is about one."""
    if not isinstance(event, ACTION_ITEM_EVENTS):
        return ()
    item_id: UUID = getattr(event, "action_item_id")  # noqa: B009  each of them has it
    return (item_id,)


def evolve(
    row: ActionItemRow | None, recorded: Recorded[object], _key: Hashable
) -> ActionItemRow | None:
    """Return the item after the event."""
    event = recorded.event
    if isinstance(event, ActionItemOpened):
        return _opened(event, recorded.position, recorded.version)
    if row is None or not isinstance(event, ACTION_ITEM_EVENTS):
        return row
    return replace(_after(row, event), version=recorded.version)


def _opened(event: ActionItemOpened, position: int, version: int) -> ActionItemRow:
    item = event.item
    return ActionItemRow(
        action_item_id=event.action_item_id,
        incident_id=event.incident_id,
        text=item.text,
        action=item.action,
        owner=item.owner.person,
        team=item.owner.team,
        priority=item.priority,
        factor=item.factor,
        due_on=event.due_on,
        first_due_on=event.due_on,
        opened_by=event.opened_by,
        opened_at=event.opened_at,
        opened_position=position,
        version=version,
    )


def _after(row: ActionItemRow, event: object) -> ActionItemRow:
    match event:
        case ActionItemChanged(item=item):
            return replace(
                row,
                text=item.text,
                action=item.action,
                owner=item.owner.person,
                team=item.owner.team,
                priority=item.priority,
                factor=item.factor,
            )
        case ActionItemDueMoved():
            return replace(row, due_on=event.due_on, moves=row.moves + 1)
        case ActionItemStarted():
            return replace(row, state=ActionItemState.STARTED, started_at=event.started_at)
        case ActionItemReopened():
            state = ActionItemState.OPEN if row.started_at is None else ActionItemState.STARTED
            return replace(_not_over(row), state=state)
        case _:
            return _over(_tracked(row, event), event)


def _tracked(row: ActionItemRow, event: object) -> ActionItemRow:
    match event:
        case ActionItemLinkRequested(tracker_id=tracker_id):
            return replace(row, tracker_id=tracker_id, issue_error=None)
        case ActionItemLinked(tracker_id=tracker_id, key=key, url=url):
            return replace(
                row,
                tracker_id=tracker_id,
                issue_key=key,
                issue_url=url,
                issue_error=None,
                issue_status=IssueStatus.OPEN,
            )
        case ActionItemLinkFailed():
            return replace(row, issue_error=event.error)
        case ActionItemTrackerReported(report=report):
            return replace(row, issue_status=report.status)
        case ActionItemTrackerInformed(error=error):
            return replace(row, issue_due_error=error)
        case _:
            return row


def _over(row: ActionItemRow, event: object) -> ActionItemRow:
    match event:
        case ActionItemCompleted(completed_by=who, completed_at=at):
            state, over = ActionItemState.DONE, replace(row, evidence_url=event.evidence_url)
        case ActionItemDropped(dropped_by=who, dropped_at=at):
            state, over = ActionItemState.DROPPED, replace(row, reason=event.reason)
        case ActionItemSuperseded(superseded_by=who, superseded_at=at):
            state, over = ActionItemState.SUPERSEDED, replace(row, superseded_by=event.by)
        case _:
            return row
    return replace(over, state=state, ended_by=who, ended_at=at)


def _not_over(row: ActionItemRow) -> ActionItemRow:
    return replace(
        row, ended_at=None, ended_by=None, reason=None, evidence_url=None, superseded_by=None
    )
