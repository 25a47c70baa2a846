"""Work items: what nobody is paged for, with its owner and its due date."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from projections.incidents import work_items
from projections.incidents.work_items import WorkItemState
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.formats import Name, Position, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Limit, ReadQuery, TheReads

router = api_router("work items")


class WorkItemQuery(ReadQuery):
    """Which work items a list shows; every filter narrows it."""

    state: WorkItemState | None = WorkItemState.OPEN
    owner: Name | None = None
    limit: Limit = 200


class WorkItemView(View):
    """Work item with its owner and due date."""

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
    """Work items, those due soonest first."""

    work_items: list[WorkItemView]


@router.get("/v1/work-items", dependencies=[requires(Permission.INCIDENT_READ)])
async def list_work_items(
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[WorkItemQuery, Query()],
) -> WorkItemList:
    """List the work items, those that are open unless asked otherwise."""
    hidden = await reads.hidden(query, caller.visibility)
    async with reads.of(query, work_items.NAME) as connection:
        rows = await work_items.list_work_items(
            connection, query.state, query.owner, query.limit, hidden
        )
    hidden = await reads.hidden(query, caller.visibility)  # also what was declared meanwhile
    seen = [row for row in rows if row.incident_id not in hidden]
    return WorkItemList(work_items=[WorkItemView.model_validate(row) for row in seen])
