"""Durations: median first, since most of a mean is the worst few."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from projections.metrics.definitions import Measure, percentile_shown
from projections.reports.population import FEWEST, Counted, Spread, spread
from services.reports.asked import Asked
from services.reports.box import NOTHING, in_minutes
from services.reports.document import Grid, Section, cell_text, columns
from services.reports.drawings.dots import dots
from services.reports.spoken import NAMES, mean_of

ORDER: Final = 20
SINCE: Final = 1
LONGEST: Final = 3
DRAWN: Final = (Measure.TTD, Measure.TTA, Measure.TTR)


def section(asked: Asked) -> Section | None:
    """Return it; where nothing happened there is nothing to say."""
    if not asked.incidents:
        return None
    found = {measure: spread(asked.incidents, measure) for measure in NAMES}
    heads = columns("", "Values>", "Median>", "90 %>", "Longest>", "Mean>")
    rows = [
        [
            NAMES[measure],
            f"{values.n} of {len(asked.incidents)}",
            in_minutes(values.median),
            _percentile(values, 90),
            in_minutes(values.percentile(100)) if values.n else NOTHING,
            mean_of(values, len(asked.incidents)),
        ]
        for measure, values in found.items()
    ]
    return Section(
        title="How long it took",
        sentences=[*_tail(asked, found[Measure.TTR])],
        grids=[Grid(title="Times", columns=heads, rows=rows)],
        pictures=[dots(asked, measure) for measure in DRAWN if found[measure].n],
    )


def _percentile(values: Spread, percent: int) -> str:
    shown = percentile_shown(percent, values.n)
    return in_minutes(values.percentile(percent)) if shown else NOTHING


def _tail(asked: Asked, values: Spread) -> Iterator[str]:
    if len(asked.incidents) < FEWEST or values.n <= LONGEST:
        return
    longest = sorted(asked.incidents, key=_resolved_after, reverse=True)[:LONGEST]
    names = [f"{cell_text(asked.named(one))} ({in_minutes_of(one)})" for one in longest]
    rest = Spread(values=values.values[:-LONGEST])
    yield (
        f"The three longest took {', '.join(names)}. Without them the mean time to resolve is"
        f" {in_minutes(rest.mean)} instead of {in_minutes(values.mean)}."
    )


def _resolved_after(incident: Counted) -> int:
    return -1 if incident.ttr is None else incident.ttr


def in_minutes_of(incident: Counted) -> str:
    """Return how long an incident took."""
    return NOTHING if incident.ttr is None else in_minutes(Fraction(incident.ttr))
