"""Projections: batches folded in memory, and a rebuild, against one transaction an event."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import asyncpg
from rich.progress import Progress

from benchmarks.log.samples import DIGEST, METADATA, declared
from benchmarks.measuring.comparison import Comparison, Peer, more_is_better
from benchmarks.measuring.rounds import interleaved
from benchmarks.measuring.servers import Databases, postgres
from events.ids import IncidentId, ResponderId, incident_stream
from events.incident.events import IncidentAcknowledged
from events.incident.roles.events import ResponderJoined
from events.incident.severity.events import IncidentSeverityChanged
from events.log.codec import codec_for
from events.log.postgres import PostgresLog
from events.log.recorded import Append
from events.registry import ALL_EVENTS
from events.values.severity import Severity
from projections.engine.projection import Projection
from projections.incidents import board as incident_board
from projections.incidents import timeline
from projections.live.batch_size import BatchSize
from projections.live.runner import Runner
from projections.revisions.rebuild import Rebuild

EVENTS: Final = 100_000
IN_A_STREAM: Final = 20
SINGLY: Final = 1_000  # events of the slow way; the rate is the same for more
AT_ONCE: Final = 50  # appends while the log is filled
ROUNDS: Final = 3
UNIT: Final = "events/s"
ONE_BY_ONE: Final = "one transaction an event"
MEASURED: Final[tuple[Projection, ...]] = (incident_board, timeline)
AT: Final = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


async def measure(progress: Progress) -> list[Comparison]:
    """Fill a log and project it in each of the three ways."""
    async with AsyncExitStack() as block:
        databases = await block.enter_async_context(postgres())
        log = await PostgresLog.open(databases.app_dsn)
        block.push_async_callback(log.close)
        progress.console.print(f"filling a log with {EVENTS:,} events")
        await fill(log)
        rows: list[Comparison] = []
        for projection in MEASURED:
            rows += await compared(databases, projection, progress)
    return rows


async def compared(
    databases: Databases, projection: Projection, progress: Progress
) -> Sequence[Comparison]:
    """Measure one projection."""
    reached = await interleaved(
        {
            "singly": lambda: singly(databases, projection),
            "folded": lambda: folded(databases, projection),
            "rebuilt": lambda: rebuilt(databases, projection),
        },
        progress,
        ROUNDS,
    )

    def against(what: str, goal: float) -> Comparison:
        peer = Peer(name=ONE_BY_ONE, reached=reached["singly"], goal=goal)
        return more_is_better(f"{projection.NAME} {what}", UNIT, reached[what], peer)

    return [against("folded", 20), against("rebuilt", 100)]


async def fill(log: PostgresLog) -> None:
    """Append the events, a stream at a time."""
    for _ in range(0, EVENTS, IN_A_STREAM * AT_ONCE):
        await asyncio.gather(*(log.append(whole_stream()) for _ in range(AT_ONCE)))


def whole_stream() -> Append:
    """Return a request for a new incident with all its events."""
    incident_id = IncidentId(uuid4())
    told: list[object] = [
        declared(incident_id),
        IncidentAcknowledged(
            incident_id=incident_id, acknowledged_by="responder:ana", acknowledged_at=AT
        ),
        ResponderJoined(
            incident_id=incident_id,
            responder_id=ResponderId("ana"),
            added_by="responder:ana",
            joined_at=AT,
        ),
    ]
    told += [
        IncidentSeverityChanged(
            incident_id=incident_id,
            severity=Severity.SEV1 if number % 2 else Severity.SEV2,
            previous_severity=Severity.SEV2 if number % 2 else Severity.SEV1,
            reason="the error rate changed",
            changed_by="responder:ana",
            changed_at=AT,
        )
        for number in range(IN_A_STREAM - len(told))
    ]
    codec = codec_for(ALL_EVENTS)
    return Append(
        stream=incident_stream(incident_id),
        command_id=uuid4(),
        request_digest=DIGEST,
        expected_version=0,
        events=tuple(codec.encode(event) for event in told),
        metadata=replace(METADATA, correlation_id=uuid4().hex[:16]),
    )


async def singly(databases: Databases, projection: Projection) -> float:
    """Project the first events as they come in one at a time: each in a transaction of its own.

    Units: events a second.
    """
    return await stepped(databases, projection, SINGLY, BatchSize(most=1))


async def folded(databases: Databases, projection: Projection) -> float:
    """Project the log as a projector that has fallen behind does.

    Units: events a second.
    """
    return await stepped(databases, projection, EVENTS, BatchSize())


async def stepped(
    databases: Databases, projection: Projection, events: int, size: BatchSize
) -> float:
    """Project from position 0 until so many events are in.

    Units: events a second.
    """
    connection = await connected(databases)
    try:
        await connection.execute("delete from es.projection where name = $1", projection.NAME)
        runner = Runner(connection, "a benchmark", [projection], size=size)
        await runner.start()
        begin, done = time.perf_counter(), 0
        while done < events:
            await runner.step()
            done += size.most
        return min(done, EVENTS) / (time.perf_counter() - begin)
    finally:
        await connection.close()


async def rebuilt(databases: Databases, projection: Projection) -> float:
    """Rebuild from the whole log beside the live rows, the swap included.

    Units: events a second.
    """
    connection = await connected(databases)
    try:
        begin = time.perf_counter()
        await Rebuild(connection, projection, "a benchmark").run()
        return EVENTS / (time.perf_counter() - begin)
    finally:
        await connection.close()


async def connected(databases: Databases) -> asyncpg.Connection:
    """Return a connection as the projector has it."""
    return await asyncpg.connect(
        databases.projector_dsn, server_settings={"synchronous_commit": "off"}
    )
