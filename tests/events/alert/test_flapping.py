"""An alert that opens and closes all the time is known by when it opened."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.alert.flapping import OPENINGS, WINDOW, Episode, Flapping, episodes

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GAPS = st.lists(st.integers(0, 7_200), max_size=60)  # seconds between openings


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def openings(gaps: Iterable[int]) -> list[datetime]:
    seconds = 0
    return [NOON + timedelta(seconds=(seconds := seconds + gap)) for gap in gaps]


def after(times: Iterable[datetime]) -> Flapping:
    flapping = Flapping()
    for one in times:
        flapping = flapping.opened(one)
    return flapping


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        ((), []),
        ((0, 30), []),
        ((0, 30, 59), [(0, 59, 3)]),
        ((0, 30, 60), []),
        ((0, 20, 40, 90), [(0, 90, 4)]),
        ((0, 20, 40, 100), [(0, 40, 3)]),
        ((0, 20, 40, 200, 210, 220), [(0, 40, 3), (200, 220, 3)]),
        ((0, 50, 100, 109), [(50, 109, 3)]),
    ],
)
def test_an_alert_flaps_from_its_third_opening_in_an_hour_until_it_is_quiet_for_one(
    minutes: tuple[int, ...], found: list[tuple[int, int, int]]
) -> None:
    assert episodes(map(at, minutes)) == tuple(
        Episode(since=at(since), until=at(until), openings=number) for since, until, number in found
    )


def test_it_flaps_no_more_once_it_has_not_opened_for_an_hour() -> None:
    flapping = after([at(0), at(10), at(20)])
    assert flapping.is_flapping(at(79))
    assert not flapping.is_flapping(at(80))


@given(GAPS)
def test_each_episode_is_dense_and_there_is_an_hour_of_quiet_behind_it(gaps: list[int]) -> None:
    times = openings(gaps)
    found = episodes(times)
    for one in found:
        within = [time for time in times if one.since <= time <= one.until]
        assert len(within) >= one.openings >= OPENINGS
        assert all(b - a < WINDOW for a, b in pairwise(within))
        assert not [time for time in times if one.until < time < one.until + WINDOW]
    assert all(a.until + WINDOW <= b.since for a, b in pairwise(found))


@given(GAPS)
def test_an_alert_flaps_in_a_time_exactly_if_three_openings_of_it_are_close(
    gaps: list[int],
) -> None:
    times = openings(gaps)
    close = any(c - a < WINDOW for a, _, c in zip(times, times[1:], times[2:], strict=False))
    assert bool(episodes(times)) is close


@given(GAPS)
def test_what_is_kept_of_the_past_stays_small(gaps: list[int]) -> None:
    assert len(after(openings(gaps)).recent) < OPENINGS


def test_a_clock_that_goes_back_counts_as_standing_still() -> None:
    assert episodes([at(10), at(0), at(20)]) == (Episode(since=at(10), until=at(20), openings=3),)
