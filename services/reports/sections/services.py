"""Services: how often each was hit, the time between failures, and what came again."""

from collections import Counter
from datetime import timedelta
from typing import Final

from projections.metrics.failures import Reliability, pooled
from projections.metrics.hits import services_hit
from projections.reports.repeats import repeats
from services.reports.asked import Asked
from services.reports.document import Grid, Section, columns
from services.reports.spoken import counted, hours

ORDER: Final = 50
SINCE: Final = 1
JUDGED: Final = 2  # from this shape on what people say of a pair rules
ALL: Final = "all together"
BY_CAUSE: Final = (
    "Hits of a service that overlap or touch are one failure; a SEV4 is none. A repeat has the"
    " service and the primary cause of an incident that was over at most {days} days before"
)
BY_PEOPLE: Final = ", or people say that it is one"


async def section(asked: Asked) -> Section | None:
    """Return it; without services there is none."""
    found = await services_hit(asked.reader, asked.wanted)
    if not found:
        return None
    days = asked.captured.policy.thresholds.no_postmortems.repeats_within_days
    again = await _repeats(asked, days)
    shown = {name: one for name, one in found.items() if name not in asked.apart.services}
    ordered = sorted(shown.items(), key=lambda item: (-item[1].failures, item[0]))
    rows = [_row(name, one, again.get(name, 0)) for name, one in ordered]
    if len(found) > 1:
        rows.append(_row(ALL, pooled([*found.values()]), sum(again.values())))
    heads = columns("Service", "Failures>", "Down>", "Between failures>", "Repeats>")
    words = BY_CAUSE.format(days=days) + (BY_PEOPLE if asked.shape >= JUDGED else "") + "."
    return Section(
        title="Services",
        sentences=[words],
        grids=[
            Grid(
                title=f"Time between failures of {counted(len(found), 'service')}",
                columns=heads,
                rows=rows,
            )
        ],
    )


async def _repeats(asked: Asked, days: int) -> Counter[str]:
    """Return how many incidents of the quarter were repeats, by service."""
    if asked.shape < JUDGED:
        return await repeats(asked.reader, asked.wanted, days)
    again = (await asked.practice()).past.repeats(asked.over, timedelta(days=days))
    return Counter(one.later.service_id for one in again if one.later.service_id is not None)


def _row(name: str, one: Reliability, again: int) -> list[str]:
    between = one.mtbf
    rest = f"none in {hours(one.operating)}" if between is None else hours(between)
    return [name, str(one.failures), hours(one.down), rest, str(again)]
