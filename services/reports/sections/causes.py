"""Causes: the category of each incident's primary factor."""

from collections import Counter
from typing import Final

from services.reports.asked import Asked
from services.reports.box import percent
from services.reports.document import Grid, Section, columns
from services.reports.drawings.months import months

ORDER: Final = 40
SINCE: Final = 1
NO_CAUSE: Final = "no cause recorded"


def section(asked: Asked) -> Section | None:
    """Return it; where nothing happened there is nothing to say."""
    if not asked.incidents:
        return None
    before = Counter(one.cause for one in asked.before)
    now = Counter(one.cause for one in asked.incidents)
    categories = sorted(
        (category for category in now if category is not None),
        key=lambda category: (-now[category], asked.label(category)),
    )
    rows = [
        [
            NO_CAUSE if category is None else asked.label(category),
            str(now[category]),
            f"{percent(now[category], len(asked.incidents))} %",
            str(before[category]),
        ]
        for category in (*categories, *([None] if now[None] else []))
    ]
    heads = columns("Category", "Incidents>", "Share>", "Quarter before>")
    return Section(
        title="Why it happened",
        grids=[Grid(title="Primary causes", columns=heads, rows=rows)],
        pictures=[months(asked)],
    )
