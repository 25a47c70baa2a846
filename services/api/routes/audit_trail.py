"""The log as auditors take it away: raw lines, one incident's lines, and who did what."""

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from events.ids import (
    AlertId,
    PageId,
    alert_stream,
    incident_stream,
    page_stream,
    paging_stream,
)
from events.log.event_line import line_of
from events.log.recorded import RecordedEvent
from events.log.streams import read_streams
from projections import incident_detail
from projections.incident_detail import find_incident_detail
from services.api.audit_views import Trail, deed_view
from services.api.dependencies import Deps
from services.api.guard import api_router, requires
from services.api.incident_references import TheIncident, no_incident
from services.api.permissions import Permission
from services.api.reads import Number, ReadQuery, TheReads, in_digits
from services.api.trail import After, Place, Wanted, part_of
from services.api.wire import LARGEST

router = api_router("audit")

AUDIT: Final = [requires(Permission.LOG_READ)]
NDJSON: Final = "application/x-ndjson"
LINES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {NDJSON: {"schema": {"type": "string"}}}}
}

type Lines = Annotated[int, BeforeValidator(in_digits), Field(ge=1, le=5_000)]


class LinesQuery(BaseModel):
    """Which part of the log."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Number = 0
    limit: Lines = 1_000


class IncidentLinesQuery(ReadQuery):
    """Which part of the incident's events."""

    after: Number = 0
    limit: Lines = 1_000


class TrailQuery(BaseModel):
    """Whose trail, and from where."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    principal: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=200,
            description="Who did it, or on whose behalf: api_key:…, or a responder.",
        ),
    ] = None
    stream: Annotated[
        str | None,
        Field(min_length=1, max_length=200, description="To what: incident-…, service-…."),
    ] = None
    outcome: Annotated[
        Literal["accepted", "refused"] | None, Field(description="Both are told without it.")
    ] = None
    after: Annotated[
        After, Field(description="A position, or what `reached` said of the part before.")
    ] = Place()


@router.get("/v1/audit/events", dependencies=AUDIT, response_class=Response, responses=LINES)
async def export_events(dependencies: Deps, query: Annotated[LinesQuery, Query()]) -> Response:
    """Give the events at the positions after `after`, at most `limit` positions, byte for byte.

    A line is an event as docs/log-format.md describes it. Positions that are missing show.
    """
    after = min(query.after, LARGEST - query.limit)
    return _lines(await dependencies.log.read_all(after, query.limit))


@router.get(
    "/v1/audit/incidents/{incident_id}/events",
    dependencies=AUDIT,
    response_class=Response,
    responses=LINES,
)
async def export_incident(
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[IncidentLinesQuery, Query()],
) -> Response:
    """Give the events of an incident, its pages and its alerts, byte for byte, in the log's order.

    A page that has fewer lines than `limit` is the last.
    """
    async with reads.of(query, incident_detail.NAME) as connection:
        detail = await find_incident_detail(connection, incident_id)
    if detail is None:
        raise no_incident(incident_id)
    streams = [
        incident_stream(incident_id),
        paging_stream(incident_id),
        *(page_stream(PageId(page.page_id)) for page in detail.row.pages),
        *(alert_stream(AlertId(alert.alert_id)) for alert in detail.alerts),
    ]
    return _lines(await read_streams(dependencies.database, streams, query.after, query.limit))


@router.get("/v1/audit/trail", dependencies=AUDIT)
async def show_trail(dependencies: Deps, query: Annotated[TrailQuery, Query()]) -> Trail:
    """Tell who did what and who was refused what, oldest first.

    A part covers 2,000 positions, however many of them match. A refused command wrote nothing: it
    stands behind the event that was the newest then. Refusals of reads, and of callers without a
    good key, are in the API's log only.
    """
    wanted = Wanted(principal=query.principal, stream=query.stream, outcome=query.outcome)
    part = await part_of(dependencies.log, dependencies.refused.kept, wanted, query.after)
    reached = str(part.reached)
    return Trail(
        deeds=[deed_view(deed) for deed in part.deeds],
        reached=reached,
        next_after=reached if part.more else None,
    )


def _lines(events: Iterable[RecordedEvent]) -> Response:
    return Response(b"".join(line_of(event) for event in events), media_type=NDJSON)
