"""Incidents: declared, listed, shown."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import AfterValidator, Field

from events.errors import ServiceNotFound
from events.ids import ServiceId, incident_id_for
from events.incident.backfill.commands import BackfillIncident
from events.incident.commands import DeclareIncident
from events.incident.modes import Mode
from events.incident.pages.rules import wanted_pages
from events.incident.phases import Phase
from events.service.state import Service
from events.values.severity import Severity
from projections.incidents import board as incident_board
from projections.incidents import board_list
from projections.incidents.board import Status
from projections.incidents.board_list import BoardFilter
from projections.incidents.redaction import Redaction
from projections.metrics.quarters import quarter_named
from services.access.incident_reads import detail_of
from services.access.permissions import Permission
from services.api.dependencies import Dependencies, Deps
from services.api.http.authentication import TheCaller, metadata_of
from services.api.http.formats import Choice, Instant, Line, Name, Position, Strict, TextIfAny, View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import OfMany, PageQuery, ReadQuery, TheReads
from services.api.views.fields import (
    MOST_FIELDS,
    FieldSays,
    Values,
    type_named,
    values_in,
    wanted_in,
)
from services.api.views.incidents import (
    IncidentList,
    IncidentView,
    NamedIncidentView,
    detail_view,
)
from services.api.writing.idempotency import REPLAYED, TheIdentity
from services.api.writing.receipts import POSITION, incident_path
from services.commanding.declaration import Declared, declare, policy_of, service_with
from services.commanding.identity import Identity
from services.request_refusals import Invalid, RequestInvalid

router = api_router("incidents")

type PagingStart = Literal["scheduled", "waiting", "degraded", "none"]


class IncidentDeclaration(
    Strict,
    json_schema_extra={
        "examples": [
            {"title": "Checkout answers 500", "service_id": "checkout", "severity": "SEV2"}
        ]
    },
):
    """An incident to open; its service says who is paged and how fast the response must be."""

    title: Line
    summary: TextIfAny = ""
    service_id: Name | None = None
    severity: Choice[Severity] | None = None
    private: Annotated[
        bool,
        Field(
            description="Only its members know of it: who declares it, works on it, or is paged."
        ),
    ] = False
    drill: Annotated[
        bool,
        Field(description="Practise: everything happens, marked; it stays a drill for ever."),
    ] = False
    incident_type_id: Annotated[
        Name | None, Field(description="Its fields are asked for: see /v1/incident-types.")
    ] = None
    fields: Annotated[Values, Field(default_factory=dict)]


class BackfilledIncident(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "title": "Checkout answered 500",
                "severity": "SEV2",
                "declared_at": "2026-11-23T12:00:00Z",
                "mitigated_at": "2026-11-23T12:40:00Z",
                "resolved_at": "2026-11-23T13:05:00Z",
                "resolution_summary": "Rolled back to release 411.",
            }
        ]
    },
):
    """Past incident that was handled elsewhere, with its times; nobody is paged."""

    title: Line
    summary: TextIfAny = ""
    service_id: Name | None = None
    severity: Choice[Severity] | None = None
    began_at: Annotated[Instant | None, Field(description="The impact.")] = None
    detected_at: Annotated[
        Instant | None, Field(description="When it was declared, if left out.")
    ] = None
    declared_at: Annotated[Instant, Field(description="When people began to respond.")]
    acknowledged_at: Instant | None = None
    mitigated_at: Annotated[
        Instant | None, Field(description="When it was resolved, if left out.")
    ] = None
    mitigation_summary: TextIfAny = ""
    resolved_at: Instant | None = None
    resolution_summary: TextIfAny = ""
    postmortem: Annotated[bool, Field(description="Begin it at once.")] = False


class DeclaredView(View):
    """The incident as it was declared."""

    incident_id: UUID
    reference: Annotated[str, Field(examples=["INC-1042"])]
    command_id: UUID
    version: int
    position: Position
    hash: str
    paging: Annotated[
        PagingStart,
        Field(
            description="waiting: for business hours, see paged_from. degraded: it will be,"
            " but Temporal cannot be reached at the moment."
        ),
    ]
    paged_from: datetime | None  # when a page that waits goes out


def existing_quarter(name: str) -> str:
    """Return the name of a quarter.

    Raises: UnknownQuarter.
    """
    return quarter_named(name).name


type QuarterName = Annotated[str, AfterValidator(existing_quarter)]


class IncidentQuery(PageQuery):
    """Which incidents a list shows; every filter narrows it."""

    phase: Phase | None = None
    severity: Severity | None = None
    status: Annotated[tuple[Status, ...], Field(max_length=len(Status))] = ()
    service_id: Name | None = None
    incident_type_id: Name | None = None
    field: Annotated[
        tuple[FieldSays, ...],
        Field(max_length=MOST_FIELDS, description="What a field of the type says, word for word."),
    ] = ()
    drill: Annotated[bool | None, Field(description="Only drills, or none.")] = None
    quarter: Annotated[
        QuarterName | None, Field(description="Declared in it, by UTC.", examples=["2026-Q4"])
    ] = None
    oldest: Annotated[bool, Field(description="Oldest first.")] = False
    q: Annotated[Line | None, Field(description="A part of the title or of the reference.")] = None
    limit: OfMany = 50


@router.post(
    "/v1/incidents",
    status_code=201,
    dependencies=[requires(Permission.INCIDENT_DECLARE)],
)
async def declare_incident(
    request: Request,
    response: Response,
    dependencies: Deps,
    caller: TheCaller,
    identity: TheIdentity,
    body: IncidentDeclaration,
) -> DeclaredView:
    """Open an incident. It is stored before this answers; paging starts from the log."""
    service = await _service(dependencies, body.service_id)
    declared = await declare(
        dependencies.log,
        DeclareIncident(
            incident_id=incident_id_for(identity.command_id),
            title=body.title,
            summary=body.summary,
            service_id=service.service_id,
            escalation_policy_id=service.escalation_policy_id,
            deadlines=service.deadlines,
            links=service.links,
            policy=await policy_of(dependencies.log, service.service_id),
            severity=body.severity,
            actor=caller.actor,
            at=dependencies.clock(),
            private=body.private,
            mode=Mode.DRILL if body.drill else Mode.REAL,
            incident_type=None
            if body.incident_type_id is None
            else await type_named(dependencies.log, body.incident_type_id),
            fields=values_in(body.fields),
        ),
        command_id=identity.command_id,
        request_digest=identity.request_digest,
        metadata=metadata_of(request, caller),
    )
    return _answered(response, dependencies, identity, declared)


@router.post(
    "/v1/incidents/backfill",
    status_code=201,
    dependencies=[requires(Permission.INCIDENT_DECLARE)],
)
async def backfill_incident(
    request: Request,
    response: Response,
    dependencies: Deps,
    caller: TheCaller,
    identity: TheIdentity,
    body: BackfilledIncident,
) -> DeclaredView:
    """Enter an incident after the fact. It begins where its times end, and pages nobody."""
    service = await _service(dependencies, body.service_id)
    declared = await declare(
        dependencies.log,
        BackfillIncident(
            incident_id=incident_id_for(identity.command_id),
            service_id=service.service_id,
            actor=caller.actor,
            at=dependencies.clock(),
            **body.model_dump(exclude={"service_id"}),
        ),
        command_id=identity.command_id,
        request_digest=identity.request_digest,
        metadata=metadata_of(request, caller),
    )
    return _answered(response, dependencies, identity, declared)


def _answered(
    response: Response, dependencies: Dependencies, identity: Identity, declared: Declared
) -> DeclaredView:
    event, result = declared.event, declared.result
    response.headers["Location"] = incident_path(event.incident_id)
    response.headers["ETag"] = f'"{result.version}"'
    response.headers[POSITION] = str(result.last_position)
    if declared.duplicate:
        response.headers[REPLAYED] = "true"
    return DeclaredView(
        incident_id=event.incident_id,
        reference=event.reference,
        command_id=identity.command_id,
        version=result.version,
        position=result.last_position,
        hash=result.hash.hex() if result.hash else "",
        paging=_paging(dependencies, declared),
        paged_from=_paged_from(declared),
    )


@router.get("/v1/incidents", dependencies=[requires(Permission.INCIDENT_READ)])
async def list_incidents(
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[IncidentQuery, Query()],
) -> IncidentList:
    """List the incidents that the caller may know of, newest first or oldest first."""
    hidden = await reads.hidden(query, caller.visibility)
    chosen = BoardFilter(
        phase=query.phase,
        severity=query.severity,
        statuses=frozenset(query.status),
        service_id=query.service_id,
        incident_type_id=query.incident_type_id,
        fields=wanted_in(query.field),
        drill=query.drill,
        oldest_first=query.oldest,
        declared_within=quarter_named(query.quarter).window("UTC") if query.quarter else None,
        text=query.q,
        hidden=hidden,
    )
    async with reads.of(query, incident_board.NAME) as connection:
        page = await board_list.list_incidents(connection, chosen, query.cursor, query.limit)
    hidden |= await reads.hidden(query, caller.visibility)  # and who was declared meanwhile
    rows = [row for row in page.rows if row.incident_id not in hidden]
    shown = Redaction(incidents=hidden)
    names = await reads.names_in(
        query,
        (actor for row in rows for actor in (row.declared_by, row.acknowledged_by, row.held_by)),
    )
    return IncidentList(
        incidents=[IncidentView.model_validate(shown.board(row)) for row in rows],
        names=dict(names.by_principal),
        next_cursor=page.next_cursor,
    )


@router.get("/v1/incidents/{incident_id}", dependencies=[requires(Permission.INCIDENT_READ)])
async def show_incident(
    response: Response,
    caller: TheCaller,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ReadQuery, Query()],
) -> NamedIncidentView:
    """Show one incident with everything around it; its ETag is what If-Match takes."""
    detail = await detail_of(reads, query, incident_id)
    response.headers["ETag"] = f'"{detail.board.version}"'
    hidden = await reads.hidden(query, caller.visibility)
    shown = detail_view(Redaction(incidents=hidden).detail(detail)).model_dump()
    names = await reads.names_in(query, texts_in(shown))
    return NamedIncidentView(**shown, names=dict(names.by_principal))


def texts_in(value: object) -> Iterator[str]:
    """Yield every text in an answer."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from texts_in(inner)
        case list():
            for inner in value:
                yield from texts_in(inner)
        case _:
            return


async def _service(dependencies: Dependencies, service_id: str | None) -> Service:
    """Return the service that the body names.

    Raises: RequestInvalid.
    """
    if service_id is None:
        return Service()
    try:
        return await service_with(dependencies.log, ServiceId(service_id))
    except ServiceNotFound as unknown:
        raise RequestInvalid(Invalid(field="body.service_id", reason=unknown.detail)) from unknown


def _paging(dependencies: Dependencies, declared: Declared) -> PagingStart:
    pages = wanted_pages(declared.incident)
    if not pages:
        return "none"
    if all(page.not_before for page in pages):
        return "waiting"
    return "degraded" if dependencies.temporal.is_cut_off else "scheduled"


def _paged_from(declared: Declared) -> datetime | None:
    """Return when a page that waits goes out, None if none waits."""
    times = (page.not_before for page in wanted_pages(declared.incident))
    return min((time for time in times if time is not None), default=None)
