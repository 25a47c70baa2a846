"""Teams: the incidents of the services that each owned when they began; no ranking."""

from typing import Final

from services.reports.asked import Asked
from services.reports.document import Grid, Section, columns
from services.reports.spoken import grouped, medians

ORDER: Final = 70
SINCE: Final = 1
NO_TEAM: Final = "none"


def section(asked: Asked) -> Section | None:
    """Return it; while no service has a team there is none."""
    groups = grouped(asked.incidents, "team", NO_TEAM)
    if not set(groups) - {NO_TEAM}:
        return None
    heads = columns(
        "Team", "Incidents>", "Open>", "Detect>", "Acknowledge>", "Mitigate>", "Resolve>"
    )
    rows = [
        [name, str(len(some)), str(sum(one.open for one in some)), *medians(some)]
        for name, some in groups.items()
        if name not in asked.apart.teams
    ]
    if not rows:
        return None
    return Section(
        title="Teams", grids=[Grid(title="Medians by team, by name", columns=heads, rows=rows)]
    )
