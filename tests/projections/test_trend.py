"""Two counts are called different only where chance alone would hardly make them so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.practice.trend import Trend, chance, trend

COUNT = st.integers(0, 3_000)


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        (0, 0, Trend.TOO_FEW),
        (0, 4, Trend.TOO_FEW),
        (0, 5, Trend.MORE),
        (5, 0, Trend.FEWER),
        (5, 5, Trend.NO_CLEAR_CHANGE),
        (10, 14, Trend.NO_CLEAR_CHANGE),
        (10, 23, Trend.MORE),
        (100, 130, Trend.MORE),
        (1_000, 1_010, Trend.NO_CLEAR_CHANGE),
        (1_300, 1_000, Trend.FEWER),
    ],
)
def test_a_change_is_told_where_chance_would_do_it_in_less_than_one_of_ten_cases(
    before: int, now: int, found: Trend
) -> None:
    assert trend(before, now) is found


@given(COUNT, COUNT)
def test_the_chance_is_a_share_and_the_same_both_ways(before: int, now: int) -> None:
    assert 0 <= chance(before, now) <= 1
    assert chance(before, now) == chance(now, before)


@given(COUNT, st.integers(1, 100))
def test_a_larger_difference_is_never_more_likely(count: int, more: int) -> None:
    assert chance(count, count + more) <= chance(count, count + more - 1) + 1e-3


def test_the_exact_and_the_large_way_say_much_the_same() -> None:
    assert chance(470, 530) == pytest.approx(chance(470, 531), abs=0.005)
