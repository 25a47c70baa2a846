"""Alert quality: which alerts called people for something, and which to tune first."""

import asyncio
from typing import Final

from projections.load.alert_quality import RuleQuality, alert_calls, alert_quality
from projections.practice.loudest import AlertOutcome
from services.reports.asked import Asked
from services.reports.box import NOTHING
from services.reports.document import Grid, Section, columns
from services.reports.spoken import counted

ORDER: Final = 75
SINCE: Final = 2
LOUDEST: Final = 10
PERCENT: Final = 100


async def section(asked: Asked) -> Section | None:
    """Return it; where no alert opened an incident there is nothing to tune."""
    calls = await alert_calls(
        asked.reader, asked.over, asked.wanted.left_aside, None, asked.apart.services
    )
    found = await asyncio.to_thread(alert_quality, calls)
    if not found.rules:
        return None
    shown = found.rules[:LOUDEST]
    left = len(found.rules) - len(shown)
    first = f"the {LOUDEST} that wasted most" if left else "those that wasted most first"
    sentences = [
        (
            f"Alerts interrupted people {counted(found.interruptions, 'time')}. An incident came to"
            " nothing if it was declined, or ended by itself with no more done than to acknowledge"
            " it; an interruption for nothing else is wasted."
        )
    ]
    if found.sentence is not None:
        sentences.append(found.sentence)
    heads = columns(
        "Alert",
        "Incidents>",
        "Worked>",
        "Nothing>",
        "Useful>",
        "Flapped>",
        "Interrupted>",
        "Wasted>",
    )
    rows = [_row(one) for one in shown]
    grid = Grid(title=f"Alerts that opened incidents, {first}", columns=heads, rows=rows)
    return Section(title="Alert quality", sentences=sentences, grids=[grid])


def _row(one: RuleQuality) -> list[str]:
    useful = NOTHING if one.actionable is None else f"{round(one.actionable * PERCENT)} %"
    numbers = (one.incidents, one.outcomes.get(AlertOutcome.WORKED, 0), one.in_vain)
    rest = (one.flapping, one.interruptions, one.wasted)
    return [one.rule.title, *map(str, numbers), useful, *map(str, rest)]
