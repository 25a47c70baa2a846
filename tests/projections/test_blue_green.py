"""A rebuild beside the live rows: nothing is missed, nobody sees a gap, and nothing is sent."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest

from events.ids import incident_stream
from events.log.postgres import PostgresLog
from events.log.queues.outbox import PostgresOutbox
from events.log.recorded import Append, OutboxEntry
from projections.engine.catching_up import wait_for
from projections.engine.checkpoints import LogForked, take_over
from projections.engine.projection import Projection
from projections.incidents import board as incident_board
from projections.incidents import timeline
from projections.lag import lag
from projections.registry import ALL_PROJECTIONS, VERSIONS
from projections.revisions.beside_live import drop_revision
from projections.revisions.rebuild import Progress, Rebuild, RebuildRunsAlready, RebuildStopped
from tests.projections.stories import (
    AT_THE_DESK,
    catch_up,
    projector,
    rows_of,
    story,
    tell,
    tell_whole,
)
from tests.projections.test_quarantine import Allergic
from tests.servers import Database

pytestmark = pytest.mark.stack

NAMES = tuple(VERSIONS)
FIRST = timeline.VERSION  # the first revision of the timeline


@asynccontextmanager
async def connected(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.projector_dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def rebuilt(database: Database, projections: Sequence[Projection] = ALL_PROJECTIONS) -> None:
    async with connected(database) as connection:
        for projection in projections:
            await Rebuild(connection, projection, "a rebuild").run()


async def test_rebuilt_rows_equal_the_live_ones_while_writes_run_for_every_projection(
    database: Database, log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P6. Readers look at the board all the time, and never see fewer incidents than before."""
    monkeypatch.setattr("projections.engine.bulk.ENOUGH", 40)
    monkeypatch.setattr("projections.engine.log_batches.BATCH", 100)
    for number in range(1, 11):
        await tell_whole(log, story(number))
    await catch_up(database)
    done = asyncio.Event()
    counts: list[int] = []

    async def write() -> int:
        number = 100
        while not done.is_set():
            await tell_whole(log, story(number))
            number += 1
        return number - 100

    async def look() -> None:
        async with log.database.connection() as connection:
            while not done.is_set():
                counts.append(await connection.fetchval("select count(*) from read.incident_board"))

    async with projector(database) as runner:
        following = asyncio.create_task(runner.follow(lambda: None))
        working = [asyncio.create_task(write()), asyncio.create_task(look())]
        try:
            async with asyncio.timeout(60):
                await rebuilt(database)
        finally:
            done.set()
        written = (await asyncio.gather(*working))[0]
        assert await wait_for(log.database, NAMES, await log.head(), 20)
        following.cancel()
        with pytest.raises(asyncio.CancelledError):
            await following
    swapped = await rows_of(database)
    assert written
    assert len(swapped["incident_board"]) == 10 + (written or 0)
    assert counts == sorted(counts)
    assert counts[0] == 10

    await in_one_reading(database)
    assert await rows_of(database) == swapped


async def in_one_reading(database: Database) -> None:
    """Fold the whole log anew, as a projector with nothing does."""
    async with connected(database) as connection:
        await connection.execute("delete from es.projection where stage = 'live'")
    await catch_up(database)


async def test_the_old_revision_stays_until_it_is_dropped(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    async with connected(database) as connection:
        await connection.execute("update read.timeline set sentence = 'old'")
        told: list[Progress] = []
        assert await Rebuild(connection, timeline, "a rebuild").run(told.append) == FIRST + 1
        assert told[-1].position == told[-1].head == 22
        assert (
            await reader.fetchval(f"select distinct sentence from read.timeline_r{FIRST}") == "old"
        )
        assert await reader.fetchval("select count(*) from read.timeline") == 22
        assert not await drop_revision(connection, "timeline", FIRST + 1)  # the live one
        assert await drop_revision(connection, "timeline", FIRST)
        assert await reader.fetchval(f"select to_regclass('read.timeline_r{FIRST}')") is None
    await catch_up(database)  # the projector finds its place in the new revision
    assert {(one.revision, one.cause) for one in await lag(reader) if one.name == "timeline"} == {
        (FIRST + 1, None)
    }


async def test_a_rebuild_puts_a_forked_log_right(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    live = await rows_of(database)
    async with connected(database) as connection:
        await connection.execute(
            r"update es.projection set position_hash = '\x00' where name = 'timeline'"
        )
        with pytest.raises(LogForked):
            await take_over(connection, timeline, "a test")
        await Rebuild(connection, timeline, "a rebuild").run()
    await catch_up(database)
    assert {one.cause for one in await lag(reader)} == {None}
    assert await rows_of(database) == live


async def test_a_rebuild_sends_nothing_and_asks_for_nothing(
    database: Database, log: PostgresLog
) -> None:
    told = story()
    outbox = PostgresOutbox(log.database)
    await tell_whole(log, told)
    await log.append(asking(told.incident_id))
    [work] = await outbox.claim(5, ["start_incident_workflow"])
    await outbox.done(work)
    await catch_up(database)
    before = await outside(database)
    await rebuilt(database)
    await catch_up(database)
    assert await outside(database) == before
    assert not await outbox.claim(5, ["start_incident_workflow"])


def asking(incident_id: object) -> Append:
    """Return a command without events whose only effect is an entry for the relay."""
    return Append(
        stream=f"incident-{incident_id}",
        command_id=uuid4(),
        request_digest=bytes(32),
        expected_version=None,
        events=(),
        metadata=AT_THE_DESK,
        outbox=(OutboxEntry(kind="start_incident_workflow", key=str(incident_id), body=b"{}"),),
    )


async def outside(database: Database) -> list[str]:
    """Return all that could lead to a side effect, and the log itself."""
    connection = await asyncpg.connect(database.owner_dsn)
    try:
        return [
            row[0]
            for table in ("es.outbox", "es.inbox", "es.command", "es.event")
            for row in await connection.fetch(f"select t::text from {table} t order by 1")
        ]
    finally:
        await connection.close()


async def test_a_bad_event_stops_a_rebuild_and_the_live_rows_stay(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    live = await rows_of(database)
    async with connected(database) as connection:
        bad = Allergic(incident_board, "incident.triaged")
        with pytest.raises(RebuildStopped, match=r"at position 14 \(incident.triaged\): ValueE"):
            await Rebuild(connection, bad, "a rebuild").run()
        assert await connection.fetchval("select count(*) from es.projection") == len(NAMES)
    after = str(incident_board.VERSION + 1)
    assert await reader.fetchval("select to_regclass('read.incident_board_r' || $1)", after) is None
    assert await rows_of(database) == live


async def test_of_two_rebuilds_at_once_the_second_is_refused(
    database: Database, log: PostgresLog
) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    async with connected(database) as one, connected(database) as two:
        first = Rebuild(one, timeline, "first")
        await first._begin()
        with pytest.raises(RebuildRunsAlready):
            await Rebuild(two, timeline, "second").run()
        await one.execute("update es.projection set lease_until = now() where stage = 'building'")
        assert await Rebuild(two, timeline, "second").run() == FIRST + 1


async def test_a_reader_who_takes_his_time_delays_the_swap_and_no_append(
    database: Database, log: PostgresLog
) -> None:
    told = story()
    await tell_whole(log, told)
    await catch_up(database)
    async with connected(database) as connection, log.database.connection() as slow:
        reading = slow.transaction()
        await reading.start()
        await slow.fetchval("select count(*) from read.timeline")
        rebuilding = asyncio.create_task(Rebuild(connection, timeline, "a rebuild").run())
        for _ in range(5):  # each is answered, or raises after the log's own limit
            await tell(log, incident_stream(told.incident_id), told.update_published())
        assert not rebuilding.done()
        await reading.rollback()
        async with asyncio.timeout(30):
            await rebuilding
    await catch_up(database)
    assert len((await rows_of(database))["timeline"]) == 22 + 5
