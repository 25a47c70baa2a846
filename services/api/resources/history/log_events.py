"""Log events: as they are stored, in parts, as a download, and live."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.access.callers import Caller
from services.access.incident_names import incident_named
from services.access.permissions import Permission
from services.api.dependencies import Dependencies, Deps
from services.api.http.authentication import TheCaller, admitted
from services.api.http.guard import api_router, requires
from services.api.reading.event_view import EventList, EventView
from services.api.reading.reads import Limit, Number
from services.api.reading.streamed_answer import NDJSON, SERVER_SENT, StreamedAnswer
from services.live.event_filter import OF_INCIDENTS, Chosen
from services.live.event_streams import lines, server_sent
from services.live.log_reader import read_chosen
from services.request_refusals import Invalid, PermissionMissing, RequestInvalid

router = api_router("log")

MOST_PARTS: Final = 50  # looked through for one answer

type Type = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,100}\.[a-z_]{1,100}$")]
type Stream = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}(-[\x21-\x7e]{1,150})?$")]


class ChosenQuery(BaseModel):
    """Which events; every filter narrows it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[Number | None, Field(description="Events above this position.")] = None
    type: Annotated[tuple[Type, ...], Field(max_length=50)] = ()
    stream: Annotated[
        Stream | None, Field(description="One stream, or the noun that many begin with: page.")
    ] = None
    incident: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=64,
            description="By id or reference: its own events, and those of its pages and alerts.",
        ),
    ] = None


class LogQuery(ChosenQuery):
    """Which part of the log."""

    limit: Annotated[
        Limit | None, Field(description="At most; 200 in JSON, no limit in NDJSON.")
    ] = None


def _streamed(media_type: str, what: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string", "description": what}
    return {200: {"content": {media_type: {"schema": schema}}}}


@router.get(
    "/v1/events",
    dependencies=[requires(Permission.INCIDENT_READ)],
    response_model=EventList,
    responses=_streamed(NDJSON, "One event a line, up to the newest there was at the beginning."),
)
async def list_events(
    request: Request, dependencies: Deps, caller: TheCaller, query: Annotated[LogQuery, Query()]
) -> EventList | Response:
    """Read the log in its one order, as it is stored; all of one incident, or as an auditor."""
    if query.incident is None and Permission.LOG_READ not in caller.permissions:
        raise PermissionMissing(
            "log:read is needed for the whole log; with `incident`, incident:read is enough.",
            permission=Permission.LOG_READ.value,
        )
    chosen = await _chosen(request, dependencies, caller, query)
    after, head = query.after or 0, await dependencies.log.head()
    if NDJSON in request.headers.get("accept", ""):
        still_admitted = partial(admitted, request, Permission.INCIDENT_READ)
        found = lines(
            dependencies, dependencies.live_feed, chosen, (after, head), query.limit, still_admitted
        )
        return StreamedAnswer(request, found, NDJSON)
    return await _page(dependencies, chosen, (after, head), query.limit or 200)


@router.get(
    "/v1/stream",
    dependencies=[requires(Permission.INCIDENT_READ)],
    response_class=Response,
    responses=_streamed(SERVER_SENT, "Server-sent events; each `data` is an event in JSON."),
)
async def stream_events(
    request: Request,
    dependencies: Deps,
    caller: TheCaller,
    query: Annotated[ChosenQuery, Query()],
    last_event_id: Annotated[
        Number | None, Header(description="Go on above this position; the same as `after`.")
    ] = None,
) -> Response:
    """Stream events live. Without `after` it begins now; auditors receive everything."""
    dependencies.live_feed.require_room()
    chosen = await _chosen(request, dependencies, caller, query)
    head = await dependencies.log.head()
    after = next((at for at in (last_event_id, query.after) if at is not None), head)
    if after > head:
        field = "query.after" if last_event_id is None else "header.Last-Event-ID"
        raise RequestInvalid(Invalid(field=field, reason=f"The log ends at position {head}."))
    still_admitted = partial(admitted, request, Permission.INCIDENT_READ)
    events = server_sent(dependencies, dependencies.live_feed, chosen, after, still_admitted)
    return StreamedAnswer(request, events, SERVER_SENT)


async def _chosen(
    request: Request, dependencies: Dependencies, caller: Caller, query: ChosenQuery
) -> Chosen:
    named = query.incident
    found = await incident_named(dependencies, caller.visibility, named) if named else None
    request.state.incident_id = found  # that it was read is noted
    return Chosen(
        types=frozenset(query.type),
        stream=query.stream,
        incident_id=found,
        visibility=caller.visibility,
        nouns=None if Permission.LOG_READ in caller.permissions else OF_INCIDENTS,
    )


async def _page(
    dependencies: Dependencies, chosen: Chosen, between: tuple[int, int], limit: int
) -> EventList:
    """Return the first events; a filter may leave few of what was looked through."""
    position, head = between
    found: list[EventView] = []
    parts = 0
    async for part in read_chosen(dependencies, chosen, position, head):
        parts += 1
        position = part.position
        for event in part.events:
            found.append(EventView.of(event))
            if len(found) == limit:
                return EventList(events=found, next_after=_next(event.position, head))
        if parts == MOST_PARTS:
            break
    return EventList(events=found, next_after=_next(position, head))


def _next(position: int, head: int) -> str | None:
    return str(position) if position < head else None
