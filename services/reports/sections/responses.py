"""Response practice: whether responses kept to what was asked of them."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Final

from events.incident.modes import Mode
from projections.metrics.kept_practice import KeptPractice, kept_practice, responses_to
from services.reports.asked import Asked
from services.reports.box import NOTHING, in_minutes
from services.reports.document import Grid, Section, columns
from services.reports.spoken import counted, listed, share

ORDER: Final = 80
SINCE: Final = 2
MICROSECOND: Final = timedelta(microseconds=1)


async def section(asked: Asked) -> Section | None:
    """Return it; where nothing was responded to there is nothing to keep to."""
    record = await asked.practice()
    counted_ones = [one for one in record.counted.values() if one.mode is not Mode.BACKFILLED]
    found = await responses_to(asked.reader, counted_ones)
    if not found:
        return None
    kept = await asyncio.to_thread(kept_practice, found, asked.wanted.now)
    rows = [
        [
            phase.value.capitalize(),
            str(one.reached),
            _minutes(one.median),
            _minutes(one.longest),
            share(one.in_time, one.with_deadline),
        ]
        for phase, one in kept.phases.items()
    ]
    heads = columns("Phase", "Reached>", "Median>", "Longest>", "In time>")
    return Section(
        title="Response practice",
        sentences=[*_sentences(kept)],
        grids=[Grid(title="From the declaration to each phase", columns=heads, rows=rows)],
    )


def _sentences(kept: KeptPractice) -> Iterator[str]:
    yield (
        f"{counted(kept.incidents, 'incident')} that people responded to; those entered afterwards"
        " have no response."
    )
    roles = [
        f"{role.replace('_', ' ')} in {number}" for role, number in kept.roles_unfilled.items()
    ]
    yield f"Mandatory roles that nobody had in time: {listed(roles) or 'none'}."
    promised = kept.updates_kept + kept.updates_late + kept.updates_missed
    yield (
        f"Promised status updates: {share(kept.updates_kept, promised)} in time,"
        f" {kept.updates_late} late, {kept.updates_missed} never came."
        if promised
        else "No status update was promised for a time."
    )
    yield (
        f"Mandatory checklist items left with a reason: {kept.items_left}, in"
        f" {counted(kept.incidents_with_items_left, 'incident')}."
    )
    yield (
        f"Pages: {kept.pages}, of these beyond the first level: {kept.escalated}. Messages that"
        f" could not be delivered: {kept.failed}. Pages that could not start: {kept.degraded}."
    )


def _minutes(span: timedelta | None) -> str:
    return NOTHING if span is None else in_minutes(Fraction(span // MICROSECOND))
