"""Report: a quarter of five thousand incidents among a hundred thousand, as one HTML file."""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import islice
from typing import Final

import asyncpg
from rich.progress import Progress

from benchmarks.learning.figures import INCIDENTS, MS, QUARTERS, facts, filled, services
from benchmarks.learning.practice_rows import practice_rows
from benchmarks.measuring.comparison import Comparison, Peer, less_is_better
from benchmarks.measuring.rounds import Measure, interleaved
from benchmarks.measuring.servers import postgres
from projections.metrics.facts import FACTS, FACTS_SERVICE
from projections.metrics.figures import FiguresWanted
from projections.metrics.quarters import quarter_named
from services.reports.as_html import as_html
from services.reports.as_text import as_text
from services.reports.assembling import ReportWanted, report_of
from services.reports.document import Report

ROUNDS: Final = 3
FIRST: Final = 3 * INCIDENTS // QUARTERS  # with the quarter before the first one that is asked
BESIDE: Final = 8 * INCIDENTS // QUARTERS  # incidents of which more is known
ZONE: Final = "Europe/Berlin"
WANTED: Final = 2_000.0  # ms
GOAL: Final = "the goal"


async def measure(progress: Progress) -> list[Comparison]:
    """Fill the read model, and write the report of one quarter after the other."""
    async with AsyncExitStack() as block:
        databases = await block.enter_async_context(postgres())
        owner = await asyncpg.connect(databases.owner_dsn)
        await filled(owner, FACTS, facts())
        await filled(owner, FACTS_SERVICE, services())
        for table, rows in practice_rows(list(islice(facts(), FIRST, FIRST + BESIDE))).items():
            await filled(owner, table, rows)
        await owner.close()
        reader = await asyncpg.connect(databases.app_dsn)
        block.push_async_callback(reader.close)
        contestants: dict[str, Measure] = {
            "html": timed(reader, html=True),
            "text": timed(reader, html=False),
            "goal": goal,
        }
        reached = await interleaved(contestants, progress, ROUNDS)
    peer = Peer(name=GOAL, reached=reached["goal"], goal=1)
    name = f"the report of {INCIDENTS // QUARTERS} incidents among {INCIDENTS}"
    return [
        less_is_better(f"{name}: HTML", "ms", reached["html"], peer),
        less_is_better(f"{name}: text", "ms", reached["text"], peer),
    ]


async def goal() -> float:
    """Return how long the report may take."""
    return WANTED


def timed(reader: asyncpg.Connection, *, html: bool) -> Measure:
    """Return how long it takes, in another quarter each time."""
    asked = iter(range(4, 4 + ROUNDS * 2))

    async def run() -> float:
        year, number = divmod(next(asked), 4)
        begin = time.perf_counter()
        report = await of_quarter(reader, f"{2022 + year}-Q{number + 1}")
        await asyncio.to_thread(as_html if html else as_text, report)
        return (time.perf_counter() - begin) * MS

    return run


async def of_quarter(reader: asyncpg.Connection, name: str) -> Report:
    """Return the report of a quarter, for who sees all of it."""
    quarter = quarter_named(name)
    window, now = quarter.window(ZONE), datetime(2027, 1, 1, tzinfo=UTC)
    wanted = FiguresWanted(window=window, now=now)
    return await report_of(reader, ReportWanted(quarter=quarter, zone=ZONE, wanted=wanted))
