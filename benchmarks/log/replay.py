"""Replay: the whole log as typed events, against the library's way and against rows alone."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Final
from uuid import uuid4

import asyncpg
from rich.progress import Progress

from benchmarks.log.samples import DIGEST, EVENT, METADATA
from benchmarks.measuring.comparison import Comparison, Peer, more_is_better
from benchmarks.measuring.rounds import Measure, interleaved
from benchmarks.measuring.servers import Databases, postgres
from benchmarks.peers.eventsourcing import Eventsourcing
from events.ids import IncidentId, incident_stream
from events.log.postgres import READ_ALL, PostgresLog
from events.log.recorded import Append
from projections.engine.log_batches import cycles_left_alone, read_batch

EVENTS: Final = 200_000
IN_A_STREAM: Final = 20
PAGE: Final = 5000
AT_ONCE: Final = 64  # appends while the log is filled
ROUNDS: Final = 3
UNIT: Final = "events/s"
LIBRARY: Final = "eventsourcing select_notifications + mapper"
ROWS: Final = "asyncpg rows of the same pages, not decoded"


async def measure(progress: Progress) -> list[Comparison]:
    """Fill two stores with the same events and read both."""
    async with AsyncExitStack() as block:
        databases = await block.enter_async_context(postgres())
        reading = await contestants(block, databases, progress)
        reached = await interleaved(reading, progress, ROUNDS)
    ours = reached["typed"]
    return [
        more_is_better(
            "replay into typed events",
            UNIT,
            ours,
            Peer(name=LIBRARY, reached=reached["library"], goal=1.5),
        ),
        more_is_better(
            "replay into typed events",
            UNIT,
            ours,
            Peer(name=ROWS, reached=reached["rows"], goal=0.5),
        ),
    ]


async def contestants(
    block: AsyncExitStack, databases: Databases, progress: Progress
) -> Mapping[str, Measure]:
    """Fill the stores and return how each is read."""
    log = await PostgresLog.open(databases.app_dsn)
    block.push_async_callback(log.close)
    library = block.enter_context(Eventsourcing.open(databases.owner_dsn, 1))
    connection = await asyncpg.connect(databases.app_dsn)
    block.push_async_callback(connection.close)
    progress.console.print(f"filling two stores with {EVENTS:,} events each")
    await fill(log)
    await asyncio.to_thread(library.fill, EVENTS)

    async def read_library() -> float:
        return await asyncio.to_thread(library.replay, PAGE, EVENTS)

    return {
        "typed": lambda: typed(connection),
        "library": read_library,
        "rows": lambda: rows(connection),
    }


async def fill(log: PostgresLog) -> None:
    """Append the events, a stream at a time."""
    for _ in range(0, EVENTS, IN_A_STREAM * AT_ONCE):
        await asyncio.gather(*(log.append(whole_stream()) for _ in range(AT_ONCE)))


def whole_stream() -> Append:
    """Return a request for a new stream with all its events."""
    return Append(
        stream=incident_stream(IncidentId(uuid4())),
        command_id=uuid4(),
        request_digest=DIGEST,
        expected_version=0,
        events=(EVENT,) * IN_A_STREAM,
        metadata=replace(METADATA, correlation_id=uuid4().hex[:16]),
    )


async def typed(connection: asyncpg.Connection) -> float:
    """Read everything as a rebuild does.

    Units: events a second.
    """
    begin, position = time.perf_counter(), 0
    with cycles_left_alone():
        while (page := await read_batch(connection, position)) is not None:
            position = page.position
    return position / (time.perf_counter() - begin)


async def rows(connection: asyncpg.Connection) -> float:
    """Read everything and look at nothing.

    Units: events a second.
    """
    begin, position = time.perf_counter(), 0
    while page := await connection.fetch(READ_ALL, position, position + PAGE):
        position = page[-1]["position"]
    return position / (time.perf_counter() - begin)
