"""Restating: an issued report's figures as they are now, and the events between."""

from projections.configuration import learning_policies
from projections.configuration.learning_policies import cause_labels, of_everybody
from projections.metrics import facts
from projections.metrics.facts import FACTS
from projections.metrics.figures import FiguresWanted
from projections.metrics.quarters import Quarter
from projections.reports.population import population
from projections.reports.restated import (
    as_published,
    because,
    changed,
    events_since,
)
from services.access.reads import Reads
from services.access.visibility import Visibility, private_now
from services.api.http.dependencies import HttpDependencies
from services.api.resources.learning.metrics_query import MetricsQuery
from services.api.resources.learning.sight import sight_with, snapshot_of
from services.reports.assembling import box_of
from services.reports.restatements import Restated, restatements


async def restated_since(
    dependencies: HttpDependencies, visibility: Visibility, query: MetricsQuery
) -> list[Restated]:
    """Return each figure of the report that is another by now, and why, as far as one may know.

    Raises: RequestInvalid, ProjectionBehind, LogUnavailable, HistoryTooLong.
    """
    reads = Reads(dependencies, 0, lambda _position: None)
    quarter, wanted = await _of_everybody(dependencies, reads, query)
    as_of_now = query.model_copy(update={"as_of": None})
    sight = await sight_with(dependencies, visibility, reads, as_of_now)
    private = await private_now(dependencies)
    async with snapshot_of(reads, as_of_now, facts) as reader:
        now = await population(reader, sight.wanted)
    async with snapshot_of(reads, query, facts, learning_policies) as past:
        then = await population(past, wanted)
        captured, labels = await of_everybody(past), await cause_labels(past)
        now = as_published(then, now, private)
        differing = [one for one in changed(then, now) if one not in private]
        rows = await FACTS.load(past, differing)
    position = await reads.position_of(query) or 0
    async with dependencies.database.connection() as connection:
        events = await events_since(connection, differing, position, dependencies.log.opened)
    why = [
        event
        for one in differing
        for event in because(rows.get(one), events.get(one, ()), sight.wanted)
    ]
    before, after = (box_of(quarter, some, captured, labels) for some in (then, now))
    why.sort(key=lambda event: event.position)
    return restatements(before, after, why, sight.hidden)


async def _of_everybody(
    dependencies: HttpDependencies, reads: Reads, query: MetricsQuery
) -> tuple[Quarter, FiguresWanted]:
    sight = await sight_with(dependencies, Visibility(), reads, query)
    if sight.quarter is None:
        raise AssertionError(query)  # pragma: no cover  a report is of a quarter
    return sight.quarter, sight.wanted
