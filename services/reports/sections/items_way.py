"""The way of action items: how far those are that were opened in the quarter."""

from datetime import timedelta
from statistics import median_high
from typing import Final

from events.action_item.item import ActionItemState
from projections.reports.items import ReportedItem, items_until
from services.reports.asked import Asked
from services.reports.box import percent
from services.reports.document import Grid, Section, columns
from services.reports.drawings.ways import steps_drawn
from services.reports.spoken import counted

ORDER: Final = 92
SINCE: Final = 2
TITLE: Final = "Items opened in the quarter, and how far they are"


async def section(asked: Asked) -> Section | None:
    """Return it; where no item was opened there is no way to go."""
    begin, end = asked.wanted.window
    items = [
        one
        for one in await items_until(asked.reader, asked.wanted)
        if begin <= one.opened_at < end and one.state is not ActionItemState.SUPERSEDED
    ]
    if not items:
        return None
    done = [one for one in items if one.done]
    steps = (
        ("opened", len(items)),
        ("started", sum(one.started_at is not None or one.done for one in items)),
        ("done", len(done)),
        ("done on time", sum(_on_time(one) for one in done)),
        ("dropped", sum(one.state is ActionItemState.DROPPED for one in items)),
        ("open", sum(one.open for one in items)),
    )
    rows = [[name, str(number), f"{percent(number, len(items))} %"] for name, number in steps]
    grid = Grid(title=TITLE, columns=columns("Step", "Items>", "Share>"), rows=rows)
    days = [_days(one.ended_at - one.opened_at) for one in done if one.ended_at is not None]
    said = [f"Half of those done took {counted(median_high(days), 'day')} or less."] if days else []
    return Section(
        title="From opened to done",
        sentences=said,
        grids=[grid],
        pictures=[steps_drawn(TITLE, steps)],
    )


def _on_time(item: ReportedItem) -> bool:
    return item.ended_at is not None and item.ended_at.date() <= item.due_on


def _days(span: timedelta) -> int:
    return -(-span // timedelta(days=1))
