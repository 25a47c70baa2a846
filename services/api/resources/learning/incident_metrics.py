"""Incident metrics over HTTP: figures of a window, and the incidents behind them."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from projections.engine.cursors import part_of, place_of
from projections.metrics.failures import pooled
from projections.metrics.figures import AllFigures, GroupBy, figures
from projections.metrics.hits import services_hit
from projections.metrics.listed import incidents_counted
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Cursor, Limit, TheReads
from services.api.resources.learning.metrics_query import MetricsQuery
from services.api.resources.learning.metrics_rows import (
    COLUMNS,
    IncidentFactsList,
    cells_of,
    facts_view,
)
from services.api.resources.learning.metrics_views import (
    GroupView,
    IncidentMetricsView,
    LeftOutView,
    OpenIncidentView,
    WindowView,
    causes_view,
    compat_view,
    figures_view,
    reliability_view,
)
from services.api.resources.learning.sight import Sight, one_snapshot, sight_of
from services.reports.spreadsheets import csv_of
from services.request_refusals import Invalid, RequestInvalid

router = api_router("learning")

READ: Final = [requires(Permission.INCIDENT_READ)]
PATH: Final = "/v1/metrics/incidents"
CSV: Final = f"{PATH}.csv"
ROWS: Final = f"{PATH}/rows"
MOST_NAMED: Final = 50
MOST_ROWS: Final = 20_000


class RowsQuery(MetricsQuery):
    """The same as of the figures, part by part."""

    cursor: Cursor | None = None
    limit: Limit = 50


@router.get(PATH, dependencies=READ)
async def show_incident_metrics(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    request: Request,
    query: Annotated[MetricsQuery, Query()],
) -> IncidentMetricsView:
    """Show what the incidents of a quarter come to: how many, and how long everything took."""
    sight = await sight_of(dependencies, caller, reads, query)
    wanted = sight.wanted
    async with one_snapshot(reads, query) as reader:
        found = await figures(reader, wanted)
        services = await services_hit(reader, wanted)
        still_open = await incidents_counted(
            reader, wanted, sight.hidden, limit=MOST_NAMED, only_open=True
        )
    counts, breakdown = found.whole.counts, found.breakdown
    return IncidentMetricsView.model_validate(
        {
            **figures_view(found.whole),
            "compat": compat_view(query.compat),
            "window": _window(sight, query),
            "preliminary": counts.open > 0 or sight.window.end > wanted.now,
            "left_out": LeftOutView.model_validate(found.left_out),
            "by_severity": breakdown.severities,
            "by_service": _shown(breakdown.services, sight.apart.services),
            "by_team": _shown(breakdown.teams, sight.apart.teams),
            "causes": causes_view(breakdown.causes, counts.incidents),
            "no_cause": counts.no_cause,
            "services": {
                name: reliability_view(one)
                for name, one in _shown(services, sight.apart.services).items()
            },
            "all_services": reliability_view(pooled([*services.values()])),
            "groups": _groups(found, sight),
            "open_incidents": [
                OpenIncidentView(incident_id=str(row.incident_id), reference=row.reference)
                for row in still_open
            ],
            **_addresses(request, sight),
        }
    )


@router.get(ROWS, dependencies=READ)
async def list_incident_metrics(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[RowsQuery, Query()],
) -> IncidentFactsList:
    """List the incidents behind the figures that you may know of, with all their stamps."""
    place = place_of(query.cursor)
    sight = await sight_of(dependencies, caller, reads, query)
    async with one_snapshot(reads, query) as reader:
        rows = await incidents_counted(
            reader,
            sight.wanted,
            sight.hidden,
            after=place.position if place else 0,
            limit=query.limit + 1,
        )
    part = part_of(rows, query.limit, "declared_position", "incident_id")
    wanted = sight.wanted
    return IncidentFactsList(
        incidents=[facts_view(row, wanted.now, wanted.spans, sight.hidden) for row in part.rows],
        next_cursor=part.next_cursor,
    )


@router.get(
    CSV,
    dependencies=READ,
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def export_incident_metrics(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    response: Response,
    query: Annotated[MetricsQuery, Query()],
) -> Response:
    """Export the incidents behind the figures as CSV: its columns' means are the figures'."""
    sight = await sight_of(dependencies, caller, reads, query)
    wanted = sight.wanted
    async with one_snapshot(reads, query) as reader:
        rows = await incidents_counted(reader, wanted, sight.hidden, limit=MOST_ROWS + 1)
    if len(rows) > MOST_ROWS:
        reason = f"There are more than {MOST_ROWS} incidents: ask for less at a time."
        raise RequestInvalid(Invalid(field="query.from", reason=reason))
    lines = (cells_of(facts_view(row, wanted.now, wanted.spans, sight.hidden)) for row in rows)
    return Response(
        csv_of(COLUMNS, lines), media_type="text/csv; charset=utf-8", headers=response.headers
    )


def _window(sight: Sight, query: MetricsQuery) -> WindowView:
    return WindowView(
        quarter=sight.quarter.name if sight.quarter else None,
        zone=query.zone,
        begin=sight.window.begin,
        until=sight.window.end,
        hours=sight.window.hours,
        by=query.by,
    )


def _groups(found: AllFigures, sight: Sight) -> list[GroupView]:
    kept = {GroupBy.SERVICE: sight.apart.services, GroupBy.TEAM: sight.apart.teams}
    shown = _shown(
        found.groups,
        kept.get(sight.wanted.group, frozenset()) if sight.wanted.group else frozenset(),
    )
    return [
        GroupView.model_validate({"key": key, **figures_view(one)})
        for key, one in sorted(shown.items())
    ]


def _shown[Value](groups: dict[str, Value], kept: frozenset[str]) -> dict[str, Value]:
    """Return the groups without those that a team keeps to itself."""
    return {key: value for key, value in groups.items() if key not in kept}


def _addresses(request: Request, sight: Sight) -> dict[str, str]:
    """Return where the incidents behind the figures are; "now" is the quarter that it is now."""
    asked = dict(request.query_params)
    if sight.quarter is not None:
        asked["quarter"] = sight.quarter.name
    asked.pop("group", None)
    words = urlencode(asked)
    return {"incidents": f"{ROWS}?{words}", "csv": f"{CSV}?{words}"}
