"""Trend: whether two counts of equal stretches of time differ by more than chance.

Of n things that happen equally often in both, the number in one of them is as that of heads in n
throws of a coin. Source: the conditional test of two Poisson means (Przyborowski and Wilenski,
1940).
"""

from enum import StrEnum
from math import comb, erfc, sqrt
from typing import Final

FEWEST: Final = 5  # in both together: of fewer, no difference can be told from chance
LIKELY: Final = 0.1  # below this, chance alone would hardly do it
EXACT: Final = 1_000  # above, the normal distribution is as good


class Trend(StrEnum):
    """How a count compares with the one before."""

    MORE = "more"
    FEWER = "fewer"
    NO_CLEAR_CHANGE = "no_clear_change"
    TOO_FEW = "too_few"


def trend(before: int, now: int) -> Trend:
    """Return how the count of a stretch of time compares with that of an equal one before."""
    if before + now < FEWEST:
        return Trend.TOO_FEW
    if chance(before, now) >= LIKELY:
        return Trend.NO_CLEAR_CHANGE
    return Trend.MORE if now > before else Trend.FEWER


def chance(before: int, now: int) -> float:
    """Return how likely a difference as large as this one is where nothing has changed."""
    thrown, fewer = before + now, min(before, now)
    if not thrown:
        return 1.0
    if thrown > EXACT:
        return erfc((abs(now - before) - 1) / sqrt(2 * thrown)) if now != before else 1.0
    tail = sum(comb(thrown, heads) for heads in range(fewer + 1))
    return float(min(1.0, 2 * tail / 2**thrown))
