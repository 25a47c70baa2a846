"""Comparison of two quarters: whether times really changed, or only as chance has it.

The test is that of Mann and Whitney, two-sided: exact where no value stands twice and there are few
of them, else by the normal approximation, corrected for ties and for continuity.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import comb, sqrt
from statistics import NormalDist
from typing import Final

UNLIKELY: Final = 0.1  # p below it: something changed
FEWEST: Final = 5  # values on each side; fewer say nothing
EXACT_UP_TO: Final = 20  # values on each side


class Trend(StrEnum):
    """What became of a measure."""

    LONGER = "longer"
    SHORTER = "shorter"
    UNCLEAR = "unclear"  # as chance has it
    TOO_FEW = "too_few"


def trend(before: Sequence[int], after: Sequence[int]) -> Trend:
    """Return whether the values after are longer or shorter than those before."""
    if min(len(before), len(after)) < FEWEST:
        return Trend.TOO_FEW
    points = points_of(after, before)
    if _p_value(before, after, points) >= UNLIKELY:
        return Trend.UNCLEAR
    return Trend.LONGER if points > len(before) * len(after) else Trend.SHORTER


def p_value(one: Sequence[int], other: Sequence[int]) -> float:
    """Return how likely so great a difference is where there is none."""
    return _p_value(one, other, points_of(one, other)) if one and other else 1.0


def points_of(one: Sequence[int], other: Sequence[int]) -> int:
    """Return two points for each pair in which the first is greater, and one for each draw."""
    ranked = sorted(other)
    return sum(bisect_left(ranked, value) + bisect_right(ranked, value) for value in one)


def _p_value(one: Sequence[int], other: Sequence[int], points: int) -> float:
    n, m = len(one), len(other)
    fewer = min(points, 2 * n * m - points)
    tied = [count for count in Counter((*one, *other)).values() if count > 1]
    if not tied and max(n, m) <= EXACT_UP_TO:
        return min(1.0, 2 * _ways_up_to(n, m, fewer // 2) / comb(n + m, n))
    whole = n + m
    correction = sum(count**3 - count for count in tied) / (whole * (whole - 1))
    variance = n * m / 12 * (whole + 1 - correction)
    if variance <= 0:
        return 1.0
    distance = max(0.0, n * m / 2 - fewer / 2 - 0.5) / sqrt(variance)
    return min(1.0, 2 * (1 - NormalDist().cdf(distance)))


@lru_cache(maxsize=256)
def _ways_up_to(n: int, m: int, u: int) -> int:
    """Return in how many orders of n and m values at most u pairs are won."""
    # Coefficients of the Gaussian binomial: how many partitions fit into an n by m box.
    ways = [1] + [0] * u
    for part in range(1, n + 1):
        for size in range(u, m + part - 1, -1):
            ways[size] -= ways[size - m - part]
        for size in range(part, u + 1):
            ways[size] += ways[size - part]
    return sum(ways)


def simpson(
    before: Mapping[str, Sequence[int]], after: Mapping[str, Sequence[int]]
) -> Trend | None:
    """Return what the mean of the whole became, where every group's mean became the opposite.

    None: they agree, or a group is not there in both, or nothing can be said.
    """
    shared = [key for key in before if before[key] and after.get(key)]
    if len(shared) < 2 or {*_there(before)} != {*_there(after)}:  # noqa: PLR2004  one is the whole
        return None
    whole = _direction(
        [value for key in shared for value in before[key]],
        [value for key in shared for value in after[key]],
    )
    groups = {_direction(before[key], after[key]) for key in shared}
    opposite = {Trend.LONGER: Trend.SHORTER, Trend.SHORTER: Trend.LONGER}
    return whole if whole is not None and groups == {opposite[whole]} else None


def _there(groups: Mapping[str, Sequence[int]]) -> list[str]:
    return [key for key, values in groups.items() if values]


def _direction(before: Sequence[int], after: Sequence[int]) -> Trend | None:
    was, became = Fraction(sum(before), len(before)), Fraction(sum(after), len(after))
    if was == became:
        return None
    return Trend.LONGER if became > was else Trend.SHORTER
