"""Measured as another product does, an incident has the numbers that product would show."""

from random import Random

import asyncpg
import pytest

from events.incident.modes import Mode
from events.values.severity import Severity
from projections.metrics.compat import DEFINITIONS, Compat
from projections.metrics.definitions import Measure, microseconds
from projections.metrics.facts import FACTS, FactsRow, project
from projections.metrics.figures import FiguresWanted, figures
from projections.metrics.quarters import MetricWindow
from projections.past import Folding
from tests.projections.metrics.histories import Life, facts_of, recorded
from tests.projections.metrics.in_memory import InMemory
from tests.projections.metrics.test_figures import any_log
from tests.projections.stories import at

X = Life()
NO = None
MINUTE = 60_000_000


def minutes(row: FactsRow, product: Compat) -> dict[str, float]:
    """Return what a product would show, in minutes, without what it has no number for."""
    spans = DEFINITIONS[product].spans
    values = {measure: microseconds(row, measure, at(10_000), spans) for measure in Measure}
    return {measure: value / MINUTE for measure, value in values.items() if value is not None}


@pytest.mark.parametrize(
    ("product", "shown"),
    [
        (Compat.PAGERDUTY, {"tta": 3, "ttr": 45}),
        (Compat.OPSGENIE, {"tta": 3, "ttr": 45}),
        (Compat.ROOTLY, {"ttd": 6, "tta": 13, "ttm": 30, "ttr": 55}),
        (Compat.FIREHYDRANT, {"ttd": 6, "tta": 0, "ttm": 30, "ttr": 55}),
        (Compat.JSM, {"tta_business": 3, "ttr_business": 45}),
    ],
)
async def test_each_product_begins_where_it_says(product: Compat, shown: dict[str, float]) -> None:
    life = (X.declared(began=-10, detected=-4), X.acknowledged(3), X.mitigated(20), X.resolved(45))
    (row,) = await facts_of(*life)
    assert minutes(row, product) == shown


@pytest.mark.parametrize(
    ("product", "shown"),
    [
        (Compat.PAGERDUTY, {"ttr": 9}),
        (Compat.OPSGENIE, {"tta": 9, "ttr": 9}),
        (Compat.ROOTLY, {}),
        (Compat.FIREHYDRANT, {"ttd": 0, "ttr": 9}),
        (Compat.JSM, {"ttr_business": 9}),
    ],
)
async def test_what_nobody_acknowledged_is_what_each_product_makes_of_it(
    product: Compat, shown: dict[str, float]
) -> None:
    (row,) = await facts_of(X.declared(by="integration:prometheus"), X.resolved(9))
    assert minutes(row, product) == shown


async def test_a_weekend_is_no_time_to_whoever_counts_working_hours() -> None:
    friday = (4 * 24 + 4) * 60  # 16:00, as noon on Monday is 0
    (row,) = await facts_of(X.declared(friday, Severity.SEV3), X.resolved(friday + 3 * 24 * 60))
    assert minutes(row, Compat.PAGERDUTY)["ttr"] == 3 * 24 * 60
    assert minutes(row, Compat.JSM)["ttr_business"] < 24 * 60


@pytest.mark.stack
@pytest.mark.parametrize("product", Compat)
async def test_the_figures_are_the_sums_of_what_the_incidents_have(
    reader: asyncpg.Connection, product: Compat
) -> None:
    folding, says, now = Folding(), DEFINITIONS[product], at(320)
    await project(list(recorded(any_log(Random(7)))), folding)
    wanted = FiguresWanted(
        window=MetricWindow(at(-1_000), at(1_000)),
        now=now,
        private=True,
        spans=says.spans,
        only_resolved=says.only_resolved,
    )
    whole = (await figures(InMemory(reader, folding), wanted)).whole
    rows = [
        row
        for row in folding.all_of(FACTS)
        if row.mode is not Mode.DRILL and row.declined_as is None and row.merged_into is None
        if row.resolved_at is not None or not says.only_resolved
    ]
    assert whole.counts.incidents == len(rows)
    assert len(rows) > 2
    for measure in Measure:
        values = [
            value
            for row in rows
            if (value := microseconds(row, measure, now, says.spans)) is not None
        ]
        assert (whole.of(measure).n, whole.of(measure).total) == (len(values), sum(values))
