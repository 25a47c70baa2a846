"""Judging of measures: whether a value is found, and whether chance alone would do as much.

What one person does most of is found only if it is unlikely that it fell to them by chance.
"""

from fractions import Fraction
from math import exp, fsum, lgamma, log
from typing import Final

from events.learning_policy.thresholds import HeroThresholds
from projections.findings.finding import FindingState

PERCENT: Final = 100
HALF: Final = 0.5
FEWEST_IN_A_SHARE: Final = 6  # of five, none tells anything of a person
FEWEST_IN_A_RATE: Final = 10
TWICE: Final = 2
SELDOM: Final = 0.05
LIKELY: Final = 2  # times what is found: seldom enough by chance to be watched


def judged(value: float, threshold: float, *, enough: bool, below: bool = False) -> FindingState:
    """Return the state of a value: found beyond the threshold, watched from half way on.

    Below a threshold in percent, half way is between it and a hundred.
    """
    if not enough:
        return FindingState.TOO_FEW
    if below:
        half_way = threshold + (PERCENT - threshold) * HALF
        found, watched = value < threshold, value < half_way
    else:
        found, watched = value > threshold, value > threshold * HALF
    if found:
        return FindingState.FOUND
    return FindingState.WATCH if watched else FindingState.OK


def rated(part: int, whole: int, threshold: int) -> FindingState:
    """Return the state of a part of what happens by itself, in percent of the whole.

    Of few, two or three are soon a large part: it is said only where half of that rate would seldom
    come to as much by chance.
    """
    if whole < FEWEST_IN_A_RATE:
        return FindingState.TOO_FEW
    lines = ((FindingState.FOUND, threshold), (FindingState.WATCH, threshold * HALF))
    for state, line in lines:
        usual = Fraction(line * HALF) / PERCENT
        if part * PERCENT > line * whole and tail(part, whole, usual) < SELDOM:
            return state
    return FindingState.OK


def counted(number: int, threshold: int) -> FindingState:
    """Return the state of what is found as soon as there are so many."""
    return FindingState.FOUND if number >= threshold else FindingState.OK


def share(part: int, whole: int, people: int, thresholds: HeroThresholds) -> FindingState:
    """Return the state of the largest share of one of so many people.

    It is found above the threshold and twice the equal share, if the binomial tail says that chance
    would seldom do it: for each of the people, so that all of them together are no more likely.
    """
    if whole < FEWEST_IN_A_SHARE or people <= 1:
        return FindingState.TOO_FEW
    large = part * PERCENT > thresholds.share_percent * whole and part * people > TWICE * whole
    if not large:
        return FindingState.OK
    chance = tail(part, whole, Fraction(1, people)) * people * PERCENT
    if chance < thresholds.chance_percent:
        return FindingState.FOUND
    watched = chance < thresholds.chance_percent * LIKELY
    return FindingState.WATCH if watched else FindingState.OK


def tail(successes: int, trials: int, probability: Fraction) -> float:
    """Return how likely it is that so many trials succeed, or more."""
    if successes <= 0 or not 0 < probability < 1:
        return float(successes <= (trials if probability >= 1 else 0))
    success, failure = log(probability), log(1 - probability)
    chances = (
        exp(_ways(one, trials) + one * success + (trials - one) * failure)
        for one in range(successes, trials + 1)
    )
    return min(1.0, fsum(chances))


def _ways(chosen: int, trials: int) -> float:
    """Return the logarithm of in how many ways so many trials are chosen."""
    return lgamma(trials + 1) - lgamma(chosen + 1) - lgamma(trials - chosen + 1)


def fewest_for_half(parts: list[int]) -> int:
    """Return how few people did half of it: the bus factor."""
    whole, done = sum(parts), 0
    for people, part in enumerate(sorted(parts, reverse=True), 1):
        done += part
        if TWICE * done >= whole:
            return people
    return 0


def percent(part: int, whole: int) -> float:
    """Return a part of a hundred, 0 of nothing."""
    return PERCENT * part / whole if whole else 0.0
