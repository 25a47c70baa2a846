"""Changes against the quarter before and that of a year ago, as far as anything can be said."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from events.values.severity import Severity
from projections.metrics.definitions import Measure
from projections.reports.comparison import Trend, simpson, trend
from projections.reports.population import Counted, Spread, spread
from services.reports.asked import Asked
from services.reports.document import Grid, Section, columns
from services.reports.spoken import NAMES, NOT_JUDGED, counted, grouped, mean_of, median_of

ORDER: Final = 30
SINCE: Final = 1
WORDS: Final[Mapping[Trend, str]] = {
    Trend.LONGER: "▲ longer",
    Trend.SHORTER: "▼ shorter",
    Trend.UNCLEAR: "no clear change",
    Trend.TOO_FEW: "too few to say",
}
WHOLE: Final = "All"
POWER: Final = (
    "▲ and ▼ stand only where chance alone would do that in fewer than one quarter of ten"
    " (Mann-Whitney, two-sided). With 23 incidents in each quarter this finds a halving of all"
    " durations in 6 quarters of 10, with 5 in 2 of 10: no clear change does not mean no change."
)


@dataclass(frozen=True, slots=True)
class Values:
    """Values of a quarter: those of each measure, in the whole and of each severity."""

    incidents: Counter[str]
    spreads: Mapping[Measure, Mapping[str, Spread]]

    def by_severity(self, measure: Measure) -> dict[str, tuple[int, ...]]:
        """Return the values of a measure, severity by severity."""
        found = self.spreads[measure].items()
        return {severity: one.values for severity, one in found if severity != WHOLE}


def values_of(incidents: Sequence[Counted]) -> Values:
    """Return the values of a quarter."""
    groups = {WHOLE: incidents, **grouped(incidents, "severity", NOT_JUDGED)}
    return Values(
        Counter({severity: len(some) for severity, some in groups.items()}),
        {
            measure: {severity: spread(some, measure) for severity, some in groups.items()}
            for measure in NAMES
        },
    )


def section(asked: Asked) -> Section | None:
    """Return it; without anything to compare with there is none."""
    if not asked.incidents:
        return None
    now = values_of(asked.incidents)
    compared = [
        (name, values_of(incidents))
        for name, incidents in (
            (asked.quarter.preceding.name, asked.before),
            (asked.quarter.a_year_before.name, asked.year_ago),
        )
        if incidents
    ]
    if not compared:
        return None
    grids = [_grid(now, name, before) for name, before in compared]
    sentences = [sentence for name, before in compared for sentence in paradoxes(before, now, name)]
    return Section(title="What changed", sentences=[POWER, *sentences], grids=grids)


def _grid(after: Values, name: str, before: Values) -> Grid:
    number = counted(before.incidents[WHOLE], "incident")
    heads = columns("", "Severity", "Before>", "Now>", "Mean>", "Mean now>", "Change")
    return Grid(
        title=f"Medians against {name} ({number})",
        columns=heads,
        rows=[
            _row(measure, severity, before, after)
            for measure in NAMES
            for severity in (WHOLE, *Severity, NOT_JUDGED)
            if before.incidents[severity] and after.incidents[severity]
        ],
    )


def _row(measure: Measure, severity: str, before: Values, after: Values) -> list[str]:
    was, now = before.spreads[measure][severity], after.spreads[measure][severity]
    return [
        NAMES[measure],
        severity,
        median_of(was),
        median_of(now),
        mean_of(was, before.incidents[severity]),
        mean_of(now, after.incidents[severity]),
        WORDS[trend(was.values, now.values)],
    ]


def paradoxes(before: Values, after: Values, name: str) -> Iterator[str]:
    """Yield where every severity went one way and the whole the other, because the mix changed."""
    for measure in NAMES:
        whole = simpson(before.by_severity(measure), after.by_severity(measure))
        if whole is not None:
            other = Trend.SHORTER if whole is Trend.LONGER else Trend.LONGER
            yield (
                f"{NAMES[measure]} against {name}: the mean of the whole became {whole}, and that"
                f" of every severity {other}. The mix of severities changed, not the work:"
                " believe the severities."
            )
