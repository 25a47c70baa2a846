"""Spoken numbers: durations, shares and counts as the tables of a report write them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Final

from projections.metrics.definitions import Measure
from projections.reports.population import FEWEST, Counted, Spread, spread
from services.reports.box import NOTHING, in_minutes, percent

HOUR: Final = timedelta(hours=1)
NAMES: Final[Mapping[Measure, str]] = {
    Measure.TTD: "Time to detect",
    Measure.TTA: "Time to acknowledge",
    Measure.TTM: "Time to mitigate",
    Measure.TTR: "Time to resolve",
}
STEPS: Final = ("Detect>", "Acknowledge>", "Mitigate>", "Resolve>")  # the heads of medians
NOT_JUDGED: Final = "Not judged"
NONE: Final = "none"


def mean_of(values: Spread, incidents: int) -> str:
    """Return a mean; of fewer than five incidents there is none."""
    return in_minutes(values.mean) if incidents >= FEWEST else NOTHING


def median_of(values: Spread) -> str:
    """Return a median."""
    return in_minutes(values.median)


def share(number: int, of: int) -> str:
    """Return a part of a whole: 8 of 23 (35 %)."""
    return f"{number} of {of} ({percent(number, of)} %)" if of else NOTHING


def hours(span: timedelta) -> str:
    """Return hours, with one decimal."""
    return f"{Fraction(span // timedelta(microseconds=1), 3_600_000_000).__float__():,.1f} h"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence has them."""
    if len(words) < 2:  # noqa: PLR2004  nothing to join
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def grouped(
    incidents: Iterable[Counted], by: str, otherwise: str = NONE
) -> dict[str, list[Counted]]:
    """Return incidents by the value of one of their fields, in the order of the values."""
    groups: dict[str, list[Counted]] = {}
    for one in incidents:
        groups.setdefault(getattr(one, by) or otherwise, []).append(one)
    return dict(sorted(groups.items(), key=lambda group: (group[0] == otherwise, group[0])))


def medians(incidents: Sequence[Counted]) -> list[str]:
    """Return the median of each of the four measures."""
    return [median_of(spread(incidents, measure)) for measure in NAMES]
