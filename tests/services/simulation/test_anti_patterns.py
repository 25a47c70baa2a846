"""A healthy company is left alone by every pattern; where one was planted, it is found, with proof.

The deep profile looks at whole years of a hundred companies: TOCSIN_HYPOTHESIS=deep.
"""

import os
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from projections.findings.finding import Finding, FindingState, Pattern, PracticeMeasure
from services.simulation.clockwork.patterns import Pattern as Planted
from services.simulation.year import Span
from tests.servers import Database
from tests.services.simulation.practice import practised

pytestmark = pytest.mark.stack

DEEP = os.environ.get("TOCSIN_HYPOTHESIS") == "deep"
SEEDS = range(1, 101) if DEEP else range(1, 3)
DAYS = 365 if DEEP else 190  # the findings look back on 90 of them, and on as many before
PLANTED_IN = range(1, 6) if DEEP else range(7, 8)
ENDS = datetime(2026, 1, 1, tzinfo=UTC)
CALM = {FindingState.OK, FindingState.TOO_FEW}
FEW = {Planted.ALERT_FATIGUE: {"days": 95, "services": 4, "people": 12}}  # it cries often enough
SHOWN = {
    Planted.HERO_CULTURE: {
        *(PracticeMeasure.ACKNOWLEDGEMENTS, PracticeMeasure.COMMANDS),
        *(PracticeMeasure.MITIGATIONS, PracticeMeasure.OFF_DUTY),
    },
    Planted.ALERT_FATIGUE: {PracticeMeasure.ACTIONABLE, PracticeMeasure.BROKEN_NIGHTS},
    Planted.BLAME: {
        *(PracticeMeasure.NAMES, PracticeMeasure.HINTS, PracticeMeasure.PROMISES),
        PracticeMeasure.PERSON_AS_CAUSE,
    },
    Planted.NO_POSTMORTEMS: {PracticeMeasure.MISSING},
    Planted.POSTMORTEM_THEATRE: {
        *(PracticeMeasure.OVERDUE_URGENT, PracticeMeasure.OVERDUE, PracticeMeasure.ON_TIME),
        *(PracticeMeasure.NEVER_STARTED, PracticeMeasure.DUE_MOVED),
        *(PracticeMeasure.UNREVIEWED, PracticeMeasure.HASTY),
    },
}


def span(
    seed: int, *planted: Planted, days: int = DAYS, services: int = 12, people: int = 24
) -> Span:
    return Span(
        seed=seed,
        begins=ENDS - timedelta(days=days),
        ends=ENDS,
        services=services,
        people=people,
        planted=planted,
    )


@pytest.fixture
async def rows(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.owner_dsn)
    yield connection
    await connection.close()


@pytest.mark.timeout(3_600 if DEEP else 300)
async def test_a_healthy_company_is_left_alone_in_95_of_100_by_each_pattern(
    rows: asyncpg.Connection,
) -> None:
    disturbed: Counter[Pattern] = Counter()
    for seed in SEEDS:
        company = await practised(rows, span(seed))
        disturbed.update(one for one in Pattern if not states(company.of(one)) <= CALM)
        assert FindingState.OK in states([*company.findings])
    assert {one: number for one, number in disturbed.items() if number * 20 > len(SEEDS)} == {}


def states(findings: list[Finding]) -> set[FindingState]:
    return {one.state for one in findings}


@pytest.mark.timeout(1_200 if DEEP else 300)
@pytest.mark.parametrize("seed", PLANTED_IN)
@pytest.mark.parametrize("planted", list(Planted), ids=lambda one: one.word)
async def test_what_was_planted_is_found_with_the_planted_events_as_evidence(
    rows: asyncpg.Connection, planted: Planted, seed: int
) -> None:
    company = await practised(rows, span(seed, planted, **({} if DEEP else FEW.get(planted, {}))))
    of_it = company.of(Pattern(planted.value))
    found = [one for one in of_it if one.state is FindingState.FOUND]
    assert SHOWN[planted] <= {one.measure for one in found}
    there = [one for one in company.world.planted[planted] if one in company.events]
    shown = company.incidents_of(there)
    for one in found:
        assert shown & {each.id for each in one.evidence}, one.measure
