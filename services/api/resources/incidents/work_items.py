"""Work items: what nobody is paged for, with its owner and its due date."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from events.configuration.responder import ResponderNotFound
from events.ids import ResponderId
from events.incident.work_item.commands import CompleteWorkItem, ReassignWorkItem
from projections.incidents import work_items
from projections.incidents.work_items import WorkItemState, list_work_items
from services.access.people import is_known
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.formats import Instant, Name, Position, Strict, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Limit, ReadQuery, TheReads
from services.api.resources.incidents.commands import COMMAND, INCIDENT, Summary
from services.api.writing.commands import TheCommands

router = api_router("work items")


class WorkItemQuery(ReadQuery):
    """Which work items a list shows; every filter narrows it."""

    state: WorkItemState | None = WorkItemState.OPEN
    owner: Name | None = None
    limit: Limit = 200


class WorkItemView(View):
    """What waits for its owner."""

    incident_id: UUID
    reference: str
    title: str
    state: WorkItemState
    owner: str | None  # None: somebody has to take it
    due_at: datetime
    opened_at: datetime
    completed_by: str | None
    completed_at: datetime | None
    summary: str | None
    version: int
    position: Position


class WorkItemList(View):
    """Work items, what is due first first."""

    work_items: list[WorkItemView]


class WorkItemAssignment(Strict):
    """Who does it, and until when."""

    owner: Annotated[Name | None, Field(description="Null: back to the queue.")]
    due_at: Annotated[Instant | None, Field(description="Left out: as it is.")] = None


@router.get("/v1/work-items", dependencies=[requires(Permission.INCIDENT_READ)])
async def list_all(
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[WorkItemQuery, Query()],
) -> WorkItemList:
    """List the work items, those that are open unless asked otherwise."""
    hidden = await reads.hidden(query, caller.visibility)
    async with reads.of(query, work_items.NAME) as connection:
        rows = await list_work_items(connection, query.state, query.owner, query.limit, hidden)
    return WorkItemList(work_items=[WorkItemView.model_validate(row) for row in rows])


@router.post(f"{INCIDENT}/work-item/assignment", **COMMAND)
async def reassign(commands: TheCommands, body: WorkItemAssignment) -> Response:
    """Give the work item to somebody, or back to the queue; its due date may change with it."""
    owner = ResponderId(body.owner) if body.owner else None
    if owner and not await is_known(commands.dependencies.log, owner):
        raise ResponderNotFound(f"There is no responder {owner}.")
    command = ReassignWorkItem(
        owner=owner, due_at=body.due_at, actor=commands.actor, at=commands.at
    )
    return await commands.give(command)


@router.post(f"{INCIDENT}/work-item/completion", **COMMAND)
async def complete(commands: TheCommands, body: Summary) -> Response:
    """Say that the work item is done, and what was done."""
    return await commands.give(
        CompleteWorkItem(summary=body.summary, actor=commands.actor, at=commands.at)
    )
