"""Action items: whether what was to be changed was changed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from statistics import median
from typing import Final

from projections.reports.items import (
    Completion,
    ReportedItem,
    completion,
    done_within,
    items_until,
)
from services.reports.asked import Asked
from services.reports.document import Grid, Section, columns
from services.reports.drawings.ways import ways
from services.reports.spoken import NOT_JUDGED, counted, share

ORDER: Final = 90
SINCE: Final = 1
DAYS: Final = (30, 60, 90)


async def section(asked: Asked) -> Section | None:
    """Return it; while there is no item there is nothing to say."""
    items = await items_until(asked.reader, asked.wanted)
    if not items:
        return None
    first, after = asked.quarter.first_day, asked.quarter.following.first_day
    whole = completion(items, first, after)
    kept = asked.apart.teams
    teams = [one for one in items if one.team not in kept]
    grids = [
        _by("kind", items, lambda one: one.action, first, after),
        _by("severity", items, lambda one: one.severity or NOT_JUDGED, first, after),
        _by("team", teams, lambda one: one.team or "none", first, after),
    ]
    return Section(
        title="Action items",
        sentences=[*_sentences(asked, items, whole)],
        grids=[grid for grid in grids if grid.rows],
        pictures=[ways(whole)] if whole.due else [],
    )


def _sentences(asked: Asked, items: Sequence[ReportedItem], whole: Completion) -> Iterator[str]:
    yield (
        f"Due in the quarter: {whole.due}. Done: {share(whole.done, whole.decided)}, on time"
        f" {share(whole.on_time, whole.decided)}; dropped with a reason: {whole.dropped}; open:"
        f" {whole.open}, of these never started: {whole.never_started}. Due date moved twice or"
        f" more: {whole.moved_often}."
    )
    within = [f"{days} days: {share(*done_within(items, days, asked.wanted.now))}" for days in DAYS]
    yield f"Done, of the items that are at least that old, within {', '.join(within)}."
    ages = [(asked.wanted.now - one.opened_at).days for one in items if one.open]
    if ages:
        yield (
            f"Open at the end: {len(ages)}; half of them for {counted(int(median(ages)), 'day')} or"
            f" more, the oldest for {max(ages)}."
        )


def _by(
    name: str,
    items: Sequence[ReportedItem],
    key: Callable[[ReportedItem], str],
    first: date,
    after: date,
) -> Grid:
    groups: dict[str, list[ReportedItem]] = {}
    for one in items:
        groups.setdefault(key(one), []).append(one)
    heads = columns(name.capitalize(), "Due>", "Done>", "On time>", "Dropped>", "Open>")
    found = [(value, completion(some, first, after)) for value, some in sorted(groups.items())]
    rows = [
        [value, *map(str, (one.due, one.done, one.on_time, one.dropped, one.open))]
        for value, one in found
        if one.due
    ]
    return Grid(title=f"Due in the quarter, by {name}", columns=heads, rows=rows)
