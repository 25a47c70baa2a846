"""Quarterly report: what the incidents of a quarter come to, as it is now or was at a position."""

from typing import Annotated, Final, cast

from fastapi import Query, Response
from pydantic import ConfigDict

from projections.configuration import learning_policies, tables
from projections.engine.projection import Projection
from projections.incidents import changes
from projections.load import personal_hours
from projections.metrics import engagements, facts, interruptions, responses
from projections.on_call import schedules
from projections.paging import paged_incidents
from projections.practice import action_items, noise, postmortems
from projections.similar import repeats
from services.access.permissions import Permission
from services.access.reads import Reads
from services.access.visibility import Visibility
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps, HttpDependencies
from services.api.http.guard import api_router, requires
from services.api.reading.reads import TheReads
from services.api.resources.learning.metrics_query import MetricsQuery
from services.api.resources.learning.sight import Sight, sight_with, snapshot_of
from services.api.resources.reports.query import (
    CONTENT,
    FirstMonth,
    FormQuery,
    QuartersZone,
    metrics_query,
    quarter_asked,
    written,
    zone_asked,
)
from services.reports.assembling import SHAPE, ReportWanted, report_of
from services.reports.document import Report

router = api_router("learning")

READ: Final = [requires(Permission.INCIDENT_READ)]
PROJECTIONS: Final = cast(
    "tuple[Projection, ...]",
    (
        facts,
        action_items,
        learning_policies,
        postmortems,
        noise,
        interruptions,
        engagements,
        responses,
        paged_incidents,
        personal_hours,
        schedules,
        tables,
        changes,
        repeats,
    ),
)


class QuarterlyQuery(FormQuery):
    """By whose clocks, and in which form."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=False)

    zone: QuartersZone = "UTC"
    year_begins: FirstMonth = 1


@router.get(
    "/v1/reports/quarterly/{quarter}",
    dependencies=READ,
    response_class=Response,
    responses=CONTENT,
)
async def show_quarterly_report(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    response: Response,
    quarter: str,
    query: Annotated[QuarterlyQuery, Query()],
) -> Response:
    """Show the report of a quarter: the box, what changed, and every incident behind it."""
    zone = zone_asked(query.zone, "query.zone")
    asked = metrics_query(
        quarter_asked(quarter, query.year_begins, "path.quarter"),
        zone,
        as_of=query.as_of,
        after_position=query.after_position,
    )
    report = await rendered(dependencies, caller.visibility, reads, asked)
    return await written(report, query, response)


async def rendered(
    dependencies: HttpDependencies,
    visibility: Visibility,
    reads: Reads,
    query: MetricsQuery,
    *,
    shape: int = SHAPE,
) -> Report:
    """Return a report for whoever sees that much; an issued one has the shape it had then.

    Raises: what `sight_with` raises.
    """
    sight = await sight_with(dependencies, visibility, reads, query)
    async with snapshot_of(reads, query, *PROJECTIONS) as reader:
        wanted = wanted_in(sight, query, await reads.position_of(query), shape)
        return await report_of(reader, wanted)


def wanted_in(sight: Sight, query: MetricsQuery, as_of: int | None, shape: int) -> ReportWanted:
    """Return what is asked for, with what its reader may know of."""
    if sight.quarter is None:
        raise AssertionError(query)  # pragma: no cover  a report is of a quarter
    return ReportWanted(
        quarter=sight.quarter,
        zone=query.zone,
        wanted=sight.wanted,
        as_of=as_of,
        hidden=sight.hidden,
        apart=sight.apart,
        shape=shape,
    )
