"""The whole log, for auditors."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from services.api.dependencies import Deps
from services.api.event_views import EventList, EventView
from services.api.guard import api_router, requires
from services.api.permissions import Permission
from services.api.reads import Limit, Number

router = api_router("log")


class LogQuery(BaseModel):
    """Which part of the log."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Number = 0
    limit: Limit = 200


@router.get("/v1/events", dependencies=[requires(Permission.LOG_READ)])
async def list_events(dependencies: Deps, query: Annotated[LogQuery, Query()]) -> EventList:
    """Read the log in its one order, as it is stored. Positions are dense."""
    stored = await dependencies.log.read_all(query.after, query.limit)
    shown = [EventView.of(event) for event in stored]
    full = len(shown) == query.limit
    return EventList(events=shown, next_after=str(shown[-1].position) if full else None)
