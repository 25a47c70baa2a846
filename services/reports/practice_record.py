"""Practice record of a quarter: what load and findings are made of, read once for a report."""

import asyncio
from collections.abc import Awaitable, Callable

from events.learning_policy.policy import CapturedLearningPolicy
from projections.engine.rows import Reader
from projections.findings.record import PracticeRecord, PracticeScope, read_practice, recorded
from projections.metrics.figures import FiguresWanted
from projections.metrics.quarters import MetricWindow


async def practice_of(
    reader: Reader, wanted: FiguresWanted, captured: CapturedLearningPolicy
) -> PracticeRecord:
    """Return the record of a quarter, as far as it is over."""
    begin, end = wanted.window
    over = MetricWindow(begin, max(min(end, wanted.now), begin))
    now = min(end, max(wanted.now, begin))
    thresholds = captured.policy.thresholds
    rows = await read_practice(reader, over, PracticeScope(), wanted.left_aside, thresholds)
    return await asyncio.to_thread(recorded, rows, now, thresholds)


def once[Made](make: Callable[[], Awaitable[Made]]) -> Callable[[], Awaitable[Made]]:
    """Return what makes a thing when it is asked for first, and then has it."""
    made: list[Made] = []

    async def ask() -> Made:
        if not made:
            made.append(await make())
        return made[0]

    return ask
