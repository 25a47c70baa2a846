"""Two quarters are called different where chance would hardly make them so, and only there."""

from collections.abc import Sequence
from itertools import chain, combinations
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.reports.comparison import Trend, p_value, points_of, simpson, trend

DURATIONS = st.lists(st.integers(0, 50), min_size=1, max_size=6)


def wins_counted(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the same, pair by pair."""
    return sum((a > b) + (a == b) / 2 for a in one for b in other)


def p_by_orders(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the exact p: in how many ways of dealing the values out it is as great."""
    values = [*one, *other]
    most = max(wins_counted(one, other), wins_counted(other, one))
    as_great = sum(
        max(u, len(one) * len(other) - u) >= most
        for chosen in combinations(range(len(values)), len(one))
        for u in [
            wins_counted(
                [values[place] for place in chosen],
                [values[place] for place in range(len(values)) if place not in chosen],
            )
        ]
    )
    return as_great / comb(len(values), len(one))


@given(one=DURATIONS, other=DURATIONS)
def test_wins_are_counted_as_pair_by_pair(one: list[int], other: list[int]) -> None:
    assert points_of(one, other) == 2 * wins_counted(one, other)


@given(values=st.lists(st.integers(0, 10_000), min_size=2, max_size=9, unique=True), data=st.data())
def test_without_ties_p_is_exact(values: list[int], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(values) - 1))
    one, other = values[:cut], values[cut:]
    assert p_value(one, other) == pytest.approx(p_by_orders(one, other))


def test_with_ties_and_many_values_it_is_the_normal_approximation() -> None:
    # SciPy 1.18.1: mannwhitneyu(one, other, method="asymptotic").pvalue
    one, other = [1, 2, 2, 3, 4, 5, 5, 8], [3, 4, 4, 6, 7, 8, 9, 9, 10]
    assert p_value(one, other) == pytest.approx(0.0374941060914863)
    assert p_value([7] * 8, [7] * 9) == 1


def test_few_values_say_nothing_and_a_plain_change_is_said() -> None:
    assert trend([1, 2, 3, 4], [10, 20, 30, 40, 50]) is Trend.TOO_FEW
    assert trend([1, 2, 3, 4, 5], [10, 20, 30, 40, 50]) is Trend.LONGER
    assert trend([10, 20, 30, 40, 50], [1, 2, 3, 4, 5]) is Trend.SHORTER
    assert trend([1, 3, 5, 7, 9], [2, 4, 6, 8, 10]) is Trend.UNCLEAR


def test_of_two_quarters_alike_at_most_twelve_in_a_hundred_are_called_different() -> None:
    dice = Random(15)
    called = 0
    for _ in range(1_000):
        before, after = ([int(dice.lognormvariate(7, 1.2)) for _ in range(23)] for _ in range(2))
        called += trend(before, after) is not Trend.UNCLEAR
    assert called <= 120


BEFORE = {"SEV1": [100, 110, 90], "SEV3": [10, 12, 8, 11, 9, 10, 10, 10, 10]}
AFTER = {"SEV1": [80, 90, 70, 85, 75, 80, 80, 80, 80], "SEV3": [8, 9, 7]}


def test_every_severity_faster_and_the_whole_slower_is_said() -> None:
    assert simpson(BEFORE, AFTER) is Trend.LONGER
    assert simpson(AFTER, BEFORE) is Trend.SHORTER


def test_severities_that_agree_with_the_whole_are_no_paradox() -> None:
    dice = Random(16)
    agreeing = 0
    while agreeing < 1_000:
        before, after = (
            {
                severity: [dice.randrange(1, 1_000) for _ in range(dice.randrange(1, 9))]
                for severity in ("SEV1", "SEV2", "SEV3")
            }
            for _ in range(2)
        )
        means = [mean(after[one]) - mean(before[one]) for one in before]
        whole = mean([*chain(*after.values())]) - mean([*chain(*before.values())])
        if any(one * whole > 0 for one in means):
            agreeing += 1
            assert simpson(before, after) is None


def mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)


def test_a_severity_that_is_there_once_only_is_not_compared() -> None:
    assert simpson(BEFORE, {"SEV1": [1]}) is None
    assert simpson({"SEV1": [1]}, {"SEV1": [2]}) is None
    assert simpson({}, {}) is None
