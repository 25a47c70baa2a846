"""Changes: reported by the systems that make them, listed, and suspected of an incident."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from pydantic import Field

from events.change.decide import change_decider
from events.handle import handle
from events.ids import change_stream
from events.log.recorded import Metadata
from projections.incidents import changes
from projections.incidents.changes import ChangeFilter, list_changes
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.formats import Instant, Name, Position, View
from services.api.http.guard import api_router, public, requires
from services.api.http.incident_in_path import TheIncident
from services.api.intake.receiver import Sender
from services.api.intake.routes.alertmanager import KeyedRoute, sender_of
from services.api.intake.sources.changes import (
    ChangeEvent,
    PlainChange,
    command_from,
    command_id_of,
    words_of,
)
from services.api.reading.reads import Limit, PageQuery, ReadQuery, TheReads
from services.api.reading.suspected_changes import suspects_of
from services.api.views.changes import ChangeList, ChangeView, RecentChanges, recent_changes

DAY = 24 * 3_600  # seconds

router = api_router("changes")
door = APIRouter(tags=["ingest"], route_class=KeyedRoute)


class ChangeAnswer(View):
    """The change is kept. `status` and `message` are what PagerDuty's senders look for."""

    status: Literal["success"] = "success"
    message: Literal["Change event processed"] = "Change event processed"
    change_id: str
    position: Position


class ChangesQuery(PageQuery):
    """Which changes; every filter narrows it."""

    service_id: Name | None = None
    since: Instant | None = None
    until: Annotated[Instant | None, Field(description="Not included.")] = None


class RecentQuery(ReadQuery):
    """How far to look back."""

    within_seconds: Annotated[int, Field(ge=60, le=7 * DAY)] = DAY
    limit: Limit = 20


@door.post(
    "/v1/integrations/{key}/change-events",
    dependencies=[public("the integration's key in the path is checked before the body is read")],
    status_code=202,
)
async def receive_change(
    request: Request,
    key: Annotated[str, Path(description="The integration's secret key.")],  # noqa: ARG001
    sender: Annotated[Sender, Depends(sender_of)],
    event: ChangeEvent | PlainChange,
    dependencies: Deps,
    idempotency_key: Annotated[
        str | None, Header(description="A repeat is the same change.", max_length=255)
    ] = None,
) -> ChangeAnswer:
    """Take in that something was changed; stored when this answers, and once.

    Another change under an id or an Idempotency-Key that was used is refused, never dropped.
    """
    told = event.as_event() if isinstance(event, PlainChange) else event
    command = command_from(sender, told, dependencies.clock(), idempotency_key)
    handled = await handle(
        dependencies.log,
        change_decider,
        change_stream(command.change_id),
        command,
        command_id=command_id_of(command),
        request_digest=words_of(told),
        metadata=Metadata(principal=sender.principal, correlation_id=request.state.request_id),
    )
    return ChangeAnswer(change_id=str(command.change_id), position=handled.result.last_position)


@router.get("/v1/changes", dependencies=[requires(Permission.INCIDENT_READ)])
async def list_all(reads: TheReads, query: Annotated[ChangesQuery, Query()]) -> ChangeList:
    """List changes, the one reported last first."""
    chosen = ChangeFilter(service_id=query.service_id, since=query.since, until=query.until)
    async with reads.of(query, changes.NAME) as connection:
        page = await list_changes(connection, chosen, query.cursor, query.limit)
    return ChangeList(
        changes=[ChangeView.model_validate(row) for row in page.rows],
        next_cursor=page.next_cursor,
    )


@router.get(
    "/v1/incidents/{incident_id}/recent-changes", dependencies=[requires(Permission.INCIDENT_READ)]
)
async def show_recent(
    reads: TheReads, incident_id: TheIncident, query: Annotated[RecentQuery, Query()]
) -> RecentChanges:
    """Show what was changed shortly before the incident: look here first at triage."""
    window = timedelta(seconds=query.within_seconds)
    suspects = await suspects_of(reads, query, incident_id, window, limit=query.limit)
    return recent_changes(suspects)
