"""Action items: what is changed after an incident, by whom and until when."""

from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import Depends, Query, Response
from pydantic import Field

from activities.policy_in_force import policy_in_force
from events.action_item.commands import (
    ActionItemCommand,
    ChangeActionItem,
    CompleteActionItem,
    DropActionItem,
    MoveDueDate,
    OpenActionItem,
    ReopenActionItem,
    StartActionItem,
    SupersedeActionItem,
)
from events.action_item.decide import AGGREGATE, action_item_decider
from events.action_item.hints import hints_for
from events.action_item.item import ActionItemState
from events.action_item.refusals import ActionItemNotFound
from events.ids import ActionItemId, ServiceId, incident_stream
from events.incident.decide import incident_decider
from events.loading import load
from projections.incidents import board
from projections.practice import action_items
from projections.practice.action_items import ActionItemFilter, list_action_items
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Choice, Name
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import ExistingIncident
from services.api.reading.reads import PageQuery, ReadQuery, TheReads
from services.api.resources.incidents.commands import NoBody
from services.api.resources.learning.bodies import (
    ActionItemBody,
    ActionItemList,
    ActionItemReceipt,
    ActionItemView,
    DueDateBody,
    EvidenceBody,
    ItemReasonBody,
    NewActionItemBody,
    SuccessorBody,
    views_of,
)
from services.api.views.on_call.schedules import Day
from services.api.writing.commands import HttpConfigurationChange, TheConfigurationChange
from services.api.writing.receipts import Receipt, done, receipt_of

router = api_router("learning")

ITEMS: Final = "/v1/incidents/{incident_id}/action-items"
ITEM: Final = f"{ITEMS}/{{action_item_id}}"
READ: Final = [requires(Permission.INCIDENT_READ)]
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]


class ActionItemQuery(PageQuery):
    """Which action items; every filter narrows it."""

    state: Annotated[
        list[Choice[ActionItemState]] | None,
        Field(description="Several are one or the other. Left out: those that are not over."),
    ] = None
    owner: Annotated[Name | None, Field(description="A person.")] = None
    team: Name | None = None
    due_before: Annotated[Day | None, Field(description="Not included.")] = None


OPEN: Final = (ActionItemState.OPEN, ActionItemState.STARTED)


@router.get("/v1/action-items", dependencies=READ)
async def list_all_action_items(
    caller: TheCaller, reads: TheReads, query: Annotated[ActionItemQuery, Query()]
) -> ActionItemList:
    """List the action items of every incident, what is due first first."""
    chosen = ActionItemFilter(
        states=OPEN if query.state is None else tuple(query.state),
        owner=query.owner,
        team=query.team,
        due_before=query.due_before,
    )
    hidden = await reads.hidden(query, caller.visibility)
    async with reads.of(query, action_items.NAME, board.NAME) as connection:
        part = await list_action_items(connection, chosen, query.cursor, query.limit, hidden)
        views = await views_of(connection, part.rows)
    hidden = await reads.hidden(query, caller.visibility)  # also what became private meanwhile
    seen = [one for one in views if one.incident_id not in hidden]
    return ActionItemList(action_items=seen, next_cursor=part.next_cursor)


@router.get(ITEMS, dependencies=READ)
async def list_action_items_of_incident(
    reads: TheReads, incident_id: ExistingIncident, query: Annotated[ReadQuery, Query()]
) -> ActionItemList:
    """List the action items of an incident, in the order they were opened."""
    names = (action_items.NAME, board.NAME)
    async with reads.of(query, *names, incident_id=incident_id) as connection:
        rows = await action_items.items_of(connection, [incident_id])
        views = await views_of(connection, rows)
    return ActionItemList(action_items=views, next_cursor=None)


@router.get(ITEM, dependencies=READ)
async def show_action_item(
    response: Response,
    reads: TheReads,
    incident_id: ExistingIncident,
    action_item_id: UUID,
    query: Annotated[ReadQuery, Query()],
) -> ActionItemView:
    """Show an action item; its ETag is what If-Match takes."""
    names = (action_items.NAME, board.NAME)
    async with reads.of(query, *names, incident_id=incident_id) as connection:
        rows = await action_items.items_of(connection, [incident_id])
        views = await views_of(connection, rows)
    found = next((one for one in views if one.action_item_id == action_item_id), None)
    if found is None:
        raise _no_item(action_item_id)
    response.headers["ETag"] = f'"{found.version}"'
    return found


@router.post(ITEMS, dependencies=WRITE, response_model=ActionItemReceipt)
async def open_action_item(
    dependencies: Deps,
    incident_id: ExistingIncident,
    body: NewActionItemBody,
    change: TheConfigurationChange,
) -> Response:
    """Open an action item. Without a date it is due as its service's learning policy asks.

    The hints in the receipt are no refusals: they say what makes an item hard to finish.
    """
    item_id = ActionItemId(uuid5(change.identity.command_id, "action_item"))
    incident, _ = await load(dependencies.log, incident_decider, incident_stream(incident_id))
    service = ServiceId(incident.service_id) if incident.service_id else None
    learning = await policy_in_force(dependencies.log, service)
    due_on = learning.policy.item_due(change.at.date(), incident.severity, body.priority)
    command = OpenActionItem(
        action_item_id=item_id,
        incident_id=incident_id,
        item=body.item,
        due_on=body.due_on or due_on,
        actor=change.actor,
        at=change.at,
    )
    handled = await change.make(action_item_decider, AGGREGATE.stream(item_id), command)
    async with dependencies.database.connection() as connection:
        items = await action_items.items_of(connection, [incident_id])
    others = [one for one in items if one.action_item_id != item_id]
    hints = list(hints_for(body.text, number=len(others) + 1))
    receipt = receipt_of(change.done(handled)).model_copy(update={"warnings": hints})
    shown = ActionItemReceipt(**dict(receipt), action_item_id=item_id)
    return done(shown, replayed=handled.duplicate)


class ItemChange:
    """Action item change: what a request asks of the item that its path names."""

    def __init__(self, item_id: ActionItemId, change: HttpConfigurationChange) -> None:
        self.item_id = item_id
        self.change = change

    async def receipt(self, command: ActionItemCommand, *hints: str) -> Response:
        """Have the command carried out, once, and answer with its receipt.

        Raises: what `HttpConfigurationChange.receipt` raises.
        """
        stream = AGGREGATE.stream(self.item_id)
        return await self.change.receipt(action_item_decider, stream, command, warnings=hints)


async def item_change(
    dependencies: Deps,
    incident_id: ExistingIncident,
    action_item_id: UUID,
    change: TheConfigurationChange,
) -> ItemChange:
    """Return the change of an item of the incident that the path names.

    Raises: ActionItemNotFound, LogUnavailable.
    """
    item_id = ActionItemId(action_item_id)
    known, _ = await load(dependencies.log, action_item_decider, AGGREGATE.stream(item_id))
    if known.opened is None or known.opened.incident_id != incident_id:
        raise _no_item(action_item_id)
    return ItemChange(item_id, change)


TheItem = Annotated[ItemChange, Depends(item_change)]


@router.put(ITEM, dependencies=WRITE, response_model=Receipt)
async def change_action_item(item: TheItem, body: ActionItemBody) -> Response:
    """Say anew what is changed, by whom and how urgent it is; its due date stays."""
    change = item.change
    command = ChangeActionItem(item=body.item, actor=change.actor, at=change.at)
    return await item.receipt(command, *hints_for(body.text))


@router.put(f"{ITEM}/due-date", dependencies=WRITE, response_model=Receipt)
async def move_due_date(item: TheItem, body: DueDateBody) -> Response:
    """Move the date by which an item is due, and say why; how often is shown."""
    change = item.change
    command = MoveDueDate(due_on=body.due_on, reason=body.reason, actor=change.actor, at=change.at)
    return await item.receipt(command)


@router.post(f"{ITEM}/start", dependencies=WRITE, response_model=Receipt)
async def start_action_item(item: TheItem, _: NoBody = None) -> Response:
    """Say that somebody works on an item."""
    return await item.receipt(StartActionItem(actor=item.change.actor, at=item.change.at))


@router.post(f"{ITEM}/completion", dependencies=WRITE, response_model=Receipt)
async def complete_action_item(item: TheItem, body: EvidenceBody) -> Response:
    """Say that an item is done, and where one sees that."""
    change = item.change
    command = CompleteActionItem(evidence_url=body.evidence_url, actor=change.actor, at=change.at)
    return await item.receipt(command)


@router.post(f"{ITEM}/drop", dependencies=WRITE, response_model=Receipt)
async def drop_action_item(item: TheItem, body: ItemReasonBody) -> Response:
    """Say aloud that an item will not be done, and why: that is better than silence."""
    change = item.change
    return await item.receipt(DropActionItem(reason=body.reason, actor=change.actor, at=change.at))


@router.post(f"{ITEM}/successor", dependencies=WRITE, response_model=Receipt)
async def supersede_action_item(item: TheItem, body: SuccessorBody) -> Response:
    """Say that another action item takes the place of this one."""
    change = item.change
    by = ActionItemId(body.action_item_id)
    return await item.receipt(SupersedeActionItem(by=by, actor=change.actor, at=change.at))


@router.post(f"{ITEM}/reopening", dependencies=WRITE, response_model=Receipt)
async def reopen_action_item(item: TheItem, body: ItemReasonBody) -> Response:
    """Take back that an item is over."""
    change = item.change
    return await item.receipt(
        ReopenActionItem(reason=body.reason, actor=change.actor, at=change.at)
    )


def _no_item(action_item_id: UUID) -> ActionItemNotFound:
    return ActionItemNotFound(f"No such action item of this incident: {action_item_id}.")
