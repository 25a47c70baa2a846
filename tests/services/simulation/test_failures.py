"""Failures of a healthy year: no kind comes again soon, and few enough for shares to say little."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from services.simulation.clockwork.draws import Draws
from services.simulation.company.staff import company
from services.simulation.trouble.failures import NOTHING_FAILED, Failure, failures

BEGINS = datetime(2025, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
WINDOW = timedelta(days=90)  # in which the same category again is a repeat
SEEDS = range(100)
BUS_FACTOR_FROM = 8  # incidents of a service in a window


def year_of(seed: int) -> list[Failure]:
    return failures(Draws(seed), company(12, 24), BEGINS, BEGINS + YEAR)


def real_by_service(found: list[Failure]) -> dict[str, list[Failure]]:
    by_service: dict[str, list[Failure]] = defaultdict(list)
    for one in found:
        if one.noticed not in NOTHING_FAILED:
            by_service[one.service.service_id].append(one)
    return by_service


def test_they_come_in_order_within_the_year_and_are_the_same_for_the_same_seed() -> None:
    found = year_of(7)
    assert found == sorted(found, key=lambda one: one.began_at)
    assert all(BEGINS <= one.began_at < BEGINS + YEAR for one in found)
    assert found == year_of(7)
    assert found != year_of(8)


def test_in_95_of_100_seeds_no_service_fails_twice_of_the_same_within_90_days() -> None:
    without = 0
    for seed in SEEDS:
        repeats = [
            one
            for found in real_by_service(year_of(seed)).values()
            for earlier, one in ((a, b) for a in found for b in found if a.number < b.number)
            if one.kind == earlier.kind and one.began_at - earlier.began_at < WINDOW
        ]
        without += not repeats
    assert without >= 95


def test_in_95_of_100_seeds_a_quarter_has_too_few_of_one_service_to_speak_of_people() -> None:
    few = 0
    for seed in SEEDS:
        late = [one for one in year_of(seed) if one.began_at >= BEGINS + YEAR - WINDOW]
        most = max(map(len, real_by_service(late).values()), default=0)
        few += most < BUS_FACTOR_FROM
    assert few >= 95


def test_another_person_in_the_company_changes_nobodys_failures() -> None:
    few, many = (
        [
            (one.name, one.began_at, one.kind)
            for one in failures(Draws(7), staff, BEGINS, BEGINS + YEAR)
        ]
        for staff in (company(12, 24), company(12, 29))
    )
    assert few == many
