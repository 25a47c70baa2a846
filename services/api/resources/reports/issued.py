"""Issued reports: published numbers that can be had again, and what was restated since."""

from hashlib import sha256
from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import Query, Response
from pydantic import Field

from events.ids import ReportId
from events.report.commands import IssueReport
from events.report.decide import AGGREGATE, ReportNotFound, report_decider
from projections.engine.cursors import part_of, place_of
from projections.reports import issued
from projections.reports.issued import IssuedReportRow, issued_report, issued_reports
from services.access.permissions import Permission
from services.access.reads import Reads
from services.access.visibility import Visibility
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps, HttpDependencies
from services.api.http.formats import Position, Strict, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import PageQuery, ReadQuery, TheReads
from services.api.resources.learning.metrics_query import MetricsQuery
from services.api.resources.reports.quarterly import rendered
from services.api.resources.reports.query import (
    CONTENT,
    FormQuery,
    QuartersZone,
    metrics_query,
    quarter_asked,
    written,
    zone_asked,
)
from services.api.resources.reports.restating import restated_since
from services.api.views.rows import shows
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt, done, receipt_of
from services.reports.as_json import as_json
from services.reports.assembling import SHAPE
from services.reports.restatements import Restated, reason

router = api_router("learning")

READ: Final = [requires(Permission.INCIDENT_READ)]
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]
REPORTS: Final = "/v1/reports"
REPORT: Final = f"{REPORTS}/{{report_id}}"
EVERYBODY: Final = Visibility()  # nobody's own view: the same bytes for all


class NewReportBody(
    Strict,
    json_schema_extra={"examples": [{"quarter": "2026-Q3", "zone": "Europe/Berlin"}]},
):
    """Which quarter's report is issued."""

    quarter: Annotated[str, Field(max_length=20, examples=["2026-Q3"])]
    zone: QuartersZone = "UTC"
    year_begins: Annotated[int, Field(ge=1, le=12)] = 1


class ReportReceipt(Receipt):
    """Receipt of an issued report."""

    report_id: UUID


@shows(IssuedReportRow)
class IssuedReportView(View):
    """Report as it was issued."""

    as_of: Position


class IssuedReportList(View):
    """Issued reports, the newest first."""

    reports: list[IssuedReportView]
    next_cursor: str | None


class RestatedByView(View):
    """Event that changed a figure."""

    incident_id: UUID
    reference: str
    position: Position
    type: str
    what: Annotated[str, Field(examples=["INC-1042's end was corrected"])]


class RestatedView(View):
    """Figure that is another by now."""

    figure: Annotated[str, Field(examples=["MTTR"])]
    then: Annotated[str, Field(examples=["38 min"])]
    now: Annotated[str, Field(examples=["41 min"])]
    sentence: str
    because: list[RestatedByView]


class RestatedReportView(IssuedReportView):
    """Report as it was issued, with what was restated since."""

    restated: list[RestatedView]


@router.post(REPORTS, dependencies=WRITE, response_model=ReportReceipt)
async def issue_report(
    dependencies: Deps, body: NewReportBody, change: TheConfigurationChange
) -> Response:
    """Issue the report of a quarter, as the log has it now, for everybody to read."""
    quarter = quarter_asked(body.quarter, body.year_begins, "body.quarter")
    zone = zone_asked(body.zone, "body.zone")
    as_of = await dependencies.log.head()
    query = metrics_query(quarter, zone, as_of=str(as_of))
    report = await rendered(dependencies, EVERYBODY, as_issued(dependencies), query)
    report_id = ReportId(uuid5(change.identity.command_id, "report"))
    command = IssueReport(
        report_id=report_id,
        quarter=quarter.name,
        year_begins=body.year_begins,
        zone=zone,
        begins_at=report.begin,
        ends_at=report.end,
        as_of=as_of,
        learning_policy_id=report.learning_policy_id,
        policy_number=report.policy_number,
        shape=SHAPE,
        sha256=sha256(as_json(report).encode()).hexdigest(),
        actor=change.actor,
        at=change.at,
    )
    handled = await change.make(report_decider, AGGREGATE.stream(report_id), command)
    receipt = receipt_of(change.done(handled))
    return done(ReportReceipt(**dict(receipt), report_id=report_id), replayed=handled.duplicate)


@router.get(REPORTS, dependencies=READ)
async def list_reports(reads: TheReads, query: Annotated[PageQuery, Query()]) -> IssuedReportList:
    """List the reports that were issued, the newest first."""
    place = place_of(query.cursor)
    async with reads.of(query, issued.NAME) as reader:
        rows = await issued_reports(reader, place.position if place else None, query.limit + 1)
    part = part_of(rows, query.limit, "position", "report_id")
    return IssuedReportList(
        reports=[IssuedReportView.model_validate(row) for row in part.rows],
        next_cursor=part.next_cursor,
    )


@router.get(REPORT, dependencies=READ)
async def show_report(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    report_id: UUID,
    query: Annotated[ReadQuery, Query()],
) -> RestatedReportView:
    """Show a report as it was issued, with each figure that is another by now, and why."""
    row = await _issued(reads, report_id, query)
    found = await restated_since(dependencies, caller.visibility, asked_for(row))
    shown = IssuedReportView.model_validate(row)
    return RestatedReportView(
        **{name: getattr(shown, name) for name in IssuedReportView.model_fields},
        restated=[_restated_view(figure) for figure in found],
    )


@router.get(f"{REPORT}/document", dependencies=READ, response_class=Response, responses=CONTENT)
async def show_report_document(
    dependencies: Deps,
    reads: TheReads,
    response: Response,
    report_id: UUID,
    query: Annotated[FormQuery, Query()],
) -> Response:
    """Render a report again, byte for byte as it was issued.

    The JSON form has the digest that is in the log. An incident that became private since is not
    named any more; its figure stays.
    """
    row = await _issued(reads, report_id, query)
    reads = as_issued(dependencies)
    report = await rendered(dependencies, EVERYBODY, reads, asked_for(row), shape=row.shape)
    return await written(report, query, response)


def _restated_view(figure: Restated) -> RestatedView:
    return RestatedView(
        figure=figure.figure,
        then=figure.then,
        now=figure.now,
        sentence=figure.sentence(),
        because=[
            RestatedByView(
                incident_id=event.incident_id,
                reference=event.reference,
                position=event.position,
                type=event.type,
                what=reason(event),
            )
            for event in figure.because
        ],
    )


def as_issued(dependencies: HttpDependencies) -> Reads:
    """Return reads of a position that is not the one the request is about."""
    return Reads(dependencies, 0, lambda _position: None)


def asked_for(row: IssuedReportRow) -> MetricsQuery:
    """Return what the figures of an issued report were asked for."""
    quarter = quarter_asked(row.quarter, row.year_begins, "path.report_id")
    return metrics_query(quarter, row.zone, as_of=str(row.as_of))


async def _issued(reads: Reads, report_id: UUID, query: ReadQuery) -> IssuedReportRow:
    """Return an issued report.

    Raises: ReportNotFound, ProjectionBehind.
    """
    async with reads.of(query, issued.NAME, stream=AGGREGATE.stream(report_id)) as reader:
        row = await issued_report(reader, report_id)
    if row is None:
        raise ReportNotFound(f"No such report: {report_id}. `GET {REPORTS}` lists them.")
    return row
