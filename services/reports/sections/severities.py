"""Severities: how many of each, and how long they took."""

from typing import Final

from events.learning_policy.policy import LearningPolicy
from events.values.severity import Severity
from projections.metrics.definitions import Measure
from projections.reports.population import FEWEST, Counted, spread
from services.reports.asked import Asked
from services.reports.box import NOTHING, Mean
from services.reports.document import Grid, Section, columns
from services.reports.spoken import NAMES, NOT_JUDGED, grouped, mean_of, medians

ORDER: Final = 60
SINCE: Final = 1


def section(asked: Asked) -> Section | None:
    """Return it; where nothing happened there is nothing to say."""
    groups = grouped(asked.incidents, "severity", NOT_JUDGED)
    if not groups:
        return None
    heads = columns(
        "Severity", "Incidents>", "Open>", "Detect>", "Acknowledge>", "Mitigate>", "Resolve>"
    )
    rows = [
        [name, str(len(some)), str(sum(one.open for one in some)), *medians(some)]
        for name, some in groups.items()
    ]
    grids = [Grid(title="Medians by severity", columns=heads, rows=rows)]
    policy = asked.captured.policy
    targets = [row for name, some in groups.items() for row in _targets(policy, name, some)]
    if targets:
        heads = columns("Severity", "", "Mean>", "Target>", "Met")
        grids.append(Grid(title="Targets by severity", columns=heads, rows=targets))
    return Section(title="Severities", grids=grids)


def _targets(policy: LearningPolicy, name: str, some: list[Counted]) -> list[list[str]]:
    found = []
    for measure in NAMES:
        target = policy.target(measure, Severity(name)) if name != NOT_JUDGED else None
        if target is not None:
            found.append(_target(name, measure, some, target.minutes))
    return found


def _target(name: str, measure: Measure, some: list[Counted], minutes: int) -> list[str]:
    values = spread(some, measure)
    enough = len(some) >= FEWEST
    mean = Mean(name=measure, value=values.mean if enough else None, target=minutes)
    met = {True: "yes", False: "no", None: NOTHING}[mean.met]
    return [name, NAMES[measure], mean_of(values, len(some)), f"<{minutes} min", met]
