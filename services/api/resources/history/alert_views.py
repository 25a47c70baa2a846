"""Alert views: alerts with how they open again and again, and the pages that cost."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from projections.incidents.alerts import AlertRow
from projections.practice import noise
from projections.practice.flapping_alerts import Span, costs_of
from services.access.reads import ReadAt, Reads
from services.access.visibility import Visibility
from services.api.views.incidents import AlertView, FlappingView


async def alert_views(
    reads: Reads,
    query: ReadAt,
    rows: Sequence[AlertRow],
    visibility: Visibility,
    now: datetime,
) -> list[AlertView]:
    """Return the alerts as the API shows them.

    Raises: ProjectionBehind, LogUnavailable, RequestInvalid.
    """
    spans = [
        Span(alert_id=row.alert_id, since=since, until=row.flapping.recent[-1])
        for row in rows
        if (since := row.flapping.since) is not None
    ]
    pages: dict[UUID, int] = {}
    if spans and query.as_of is None:
        hidden = await reads.hidden(query, visibility)
        async with reads.of(query, noise.NAME) as reader:
            costs = await costs_of(reader, spans, hidden)
        pages = {span.alert_id: cost.pages for span, cost in zip(spans, costs, strict=True)}
    return [_view(row, now if query.as_of is None else None, pages) for row in rows]


def _view(row: AlertRow, now: datetime | None, pages: dict[UUID, int]) -> AlertView:
    flapping = row.flapping
    members = {name: getattr(row, name) for name in AlertView.model_fields if name != "flapping"}
    if flapping.since is None:
        return AlertView(**members, flapping=None)
    shown = FlappingView(
        since=flapping.since,
        until=flapping.recent[-1],
        openings=flapping.openings,
        goes_on=None if now is None else flapping.is_flapping(now),
        pages=pages.get(row.alert_id),
    )
    return AlertView(**members, flapping=shown)
