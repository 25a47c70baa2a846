"""Similar incidents: what an incident is like, among fifty thousand."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

import asyncpg
from rich.progress import Progress

from benchmarks.learning.figures import MS, filled
from benchmarks.measuring.comparison import Comparison, Peer, less_is_better
from benchmarks.measuring.rounds import Measure, interleaved
from benchmarks.measuring.servers import postgres
from events.ids import ServiceId
from events.incident.modes import Mode
from projections.similar.incidents import EVERY, FREQUENCY, WORDS, FrequencyRow, WordsRow
from projections.similar.search import similar_incidents

INCIDENTS: Final = 50_000
SERVICES: Final = 100
VOCABULARY: Final = 20_000
WORDS_EACH: Final = 40
BEGIN: Final = datetime(2022, 1, 1, tzinfo=UTC)
ROUNDS: Final = 5
WANTED: Final = 100.0  # ms


async def measure(progress: Progress) -> list[Comparison]:
    """Fill the read model, and ask for one incident after the other."""
    async with AsyncExitStack() as block:
        databases = await block.enter_async_context(postgres())
        owner = await asyncpg.connect(databases.owner_dsn)
        rows = [*described()]
        await filled(owner, WORDS, iter(rows))
        await filled(owner, FREQUENCY, frequencies(rows))
        await owner.close()
        reader = await asyncpg.connect(databases.app_dsn)
        block.push_async_callback(reader.close)
        asked = iter(range(INCIDENTS, 0, -997))

        async def search() -> float:
            begin = time.perf_counter()
            assert await similar_incidents(reader, UUID(int=next(asked)))
            return (time.perf_counter() - begin) * MS

        contestants: dict[str, Measure] = {"search": search, "goal": goal}
        reached = await interleaved(contestants, progress, ROUNDS)
    peer = Peer(name="the goal", reached=reached["goal"], goal=1)
    return [
        less_is_better(f"similar ones among {INCIDENTS} incidents", "ms", reached["search"], peer)
    ]


async def goal() -> float:
    """Return how long one answer may take."""
    return WANTED


def described() -> Iterator[WordsRow]:
    """Yield the words of incidents: few stand in many of them, as in any language (Zipf)."""
    dice = Random(7)
    words = [f"word{number}" for number in range(VOCABULARY)]
    weights = [1 / (number + 10) for number in range(VOCABULARY)]
    for number in range(1, INCIDENTS + 1):
        said = Counter(dice.choices(words, weights, k=WORDS_EACH))
        yield WordsRow(
            position=number,
            incident_id=UUID(int=number),
            reference=f"INC-{number}",
            title="Checkout answers 5xx in eu-west-1",
            mode=Mode.REAL,
            declared_at=BEGIN + number * timedelta(minutes=30),
            service_id=ServiceId(f"service-{dice.randrange(SERVICES)}"),
            monitors=(f"prometheus Alert{dice.randrange(300)}",),
            described=said,
            words=said,
        )


def frequencies(rows: list[WordsRow]) -> Iterator[FrequencyRow]:
    """Yield in how many incidents each word stands."""
    stood = Counter(word for row in rows for word in {EVERY, *row.words})
    for word, incidents in stood.items():
        yield FrequencyRow(position=len(rows), word=word, incidents=incidents)
