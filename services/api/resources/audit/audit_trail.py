"""Audit trail: raw lines of the log, one incident's lines, and who did what."""

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from events.errors import AttachmentNotFound
from events.log.attachments import stored_attachment
from events.log.lookup.streams import read_streams
from events.log.proof.event_line import line_of
from events.log.recorded import RecordedEvent
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.formats import LARGEST
from services.api.http.guard import api_router, requires
from services.api.http.text_forms import TextForm
from services.api.reading.audit_trail import After, Place, Wanted, part_of
from services.api.reading.reads import Number, in_digits
from services.api.views.audit import AuditTrail, deed_view

router = api_router("audit")

AUDIT: Final = [requires(Permission.LOG_READ)]
NDJSON: Final = "application/x-ndjson"
LINES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {NDJSON: {"schema": {"type": "string"}}}}
}

BYTES: Final = "application/octet-stream"
MOST_STREAMS: Final = 50  # in one request

type StreamInTrail = Annotated[str, Field(min_length=1, max_length=200)]
type Lines = Annotated[int, BeforeValidator(in_digits), Field(ge=1, le=5_000)]


type Digest = Annotated[
    str,
    Path(description="SHA-256 of the bytes, in hexadecimal."),
    TextForm(r"^[0-9a-f]{64}$", "Use the hash as 64 lowercase hexadecimal digits."),
]


class LinesQuery(BaseModel):
    """Which part of the log, and of which streams."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Number = 0
    limit: Lines = 1_000
    stream: Annotated[tuple[StreamInTrail, ...], Field(max_length=MOST_STREAMS)] = ()


class TrailQuery(BaseModel):
    """Which part of the audit trail, and of whom."""

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
        Literal["accepted", "refused"] | None, Field(description="Without it, both are listed.")
    ] = None
    after: Annotated[
        After, Field(description="A position, or what `reached` said of the part before.")
    ] = Place()


@router.get("/v1/audit/events", dependencies=AUDIT, response_class=Response, responses=LINES)
async def export_events(dependencies: Deps, query: Annotated[LinesQuery, Query()]) -> Response:
    """Give the events at the positions after `after`, at most `limit` positions, byte for byte.

    A line is an event as docs/log-format.md describes it. Positions that are missing show. With
    `stream`, the events of these streams only: then at most `limit` events.
    """
    after = min(query.after, LARGEST - query.limit)
    if query.stream:
        return _lines(await read_streams(dependencies.database, query.stream, after, query.limit))
    return _lines(await dependencies.log.read_all(after, query.limit))


@router.get(
    "/v1/audit/attachments/{incident_id}/{sha256}",
    dependencies=AUDIT,
    response_class=Response,
    responses={200: {"content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_attachment(dependencies: Deps, incident_id: UUID, sha256: Digest) -> Response:
    """Give the bytes that are stored under a hash, whether they have it or not: hash them."""
    content = await stored_attachment(dependencies.database, incident_id, sha256)
    if content is None:
        raise AttachmentNotFound("Nothing is stored there: it was removed, or it is gone.")
    return Response(content, media_type=BYTES)


@router.get("/v1/audit/trail", dependencies=AUDIT)
async def show_audit_trail(dependencies: Deps, query: Annotated[TrailQuery, Query()]) -> AuditTrail:
    """List who did what and who was refused what, oldest first.

    A part covers 2,000 positions, however many of them match. A refused command wrote nothing: it
    stands behind the event that was the newest then. Refusals of reads, and of callers without a
    good key, are in the API's log only.
    """
    wanted = Wanted(principal=query.principal, stream=query.stream, outcome=query.outcome)
    part = await part_of(dependencies.log, dependencies.refused.kept, wanted, query.after)
    reached = str(part.reached)
    return AuditTrail(
        deeds=[deed_view(deed) for deed in part.deeds],
        reached=reached,
        next_after=reached if part.more else None,
    )


def _lines(events: Iterable[RecordedEvent]) -> Response:
    return Response(b"".join(line_of(event) for event in events), media_type=NDJSON)
