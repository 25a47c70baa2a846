"""Who writes a projection: the holder of its lease, and nobody else, whatever froze meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import pytest

from events.ids import incident_stream
from events.log.postgres import PostgresLog
from projections.incidents import board as incident_board
from projections.lag import lag
from projections.live.runner import Runner
from tests.eventually import eventually
from tests.projections.stories import rows_of, story, tell
from tests.servers import Database

pytestmark = pytest.mark.stack

RAN_OUT = "select bool_and(lease_until <= clock_timestamp()) from es.projection"
SHORT = timedelta(seconds=0.4)


@asynccontextmanager
async def runner_of(
    database: Database, owner: str, lease: timedelta = SHORT
) -> AsyncIterator[Runner]:
    connection = await asyncpg.connect(database.projector_dsn)
    try:
        yield Runner(connection, owner, [incident_board], lease)
    finally:
        connection.terminate()


async def test_a_lease_that_is_held_keeps_others_out_and_one_that_ran_out_does_not(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    async with runner_of(database, "first") as first, runner_of(database, "second") as second:
        await first.start()
        await tell(log, incident_stream(told.incident_id), told.declared())
        await second.start()
        assert not await second.step()
        await ran_out(reader)

        async with asyncio.timeout(10):
            while not await second.step():  # the first one is frozen
                await second.tend()
        live = await rows_of(database)
        assert len(live["incident_board"]) == 1

        await first.step()  # awake again: its move of the checkpoint changes no row
        assert not await first.step()
        assert await rows_of(database) == live
        assert {one.owner for one in await lag(reader) if one.name == "incident_board"} == {
            "second"
        }


async def ran_out(reader: asyncpg.Connection) -> None:
    """Return once nobody holds the board's lease, by the database's clock."""
    await eventually("the lease has run out", lambda: reader.fetchval(RAN_OUT))


async def test_a_holder_keeps_its_lease_for_as_long_as_it_tends_it(
    database: Database, reader: asyncpg.Connection
) -> None:
    async with (
        runner_of(database, "first", timedelta(seconds=5)) as first,
        runner_of(database, "second") as second,
    ):
        await first.start()
        until = await reader.fetchval("select lease_until from es.projection")

        async def later() -> bool:
            await first.tend()
            return bool(await reader.fetchval("select lease_until from es.projection") != until)

        await eventually("the lease is held for longer", later)
        await second.start()
        owners = {one.owner for one in await lag(reader) if one.owner}
        assert owners == {"first"}


async def test_the_lease_of_an_owner_whose_session_has_ended_is_free_at_once(
    database: Database, reader: asyncpg.Connection
) -> None:
    long = timedelta(minutes=5)
    async with runner_of(database, "second", long) as second:
        async with runner_of(database, "first", long) as first:
            await first.start()  # and is killed

        async def taken() -> bool:
            await second.tend()
            return "second" in {one.owner for one in await lag(reader)}

        await eventually("the second has the lease", taken)


async def test_who_ends_in_order_gives_the_lease_back_at_once(
    database: Database, reader: asyncpg.Connection
) -> None:
    async with (
        runner_of(database, "first", timedelta(minutes=5)) as first,
        runner_of(database, "second") as second,
    ):
        await first.start()
        await first.release()
        await second.start()
        assert "second" in {one.owner for one in await lag(reader)}


async def test_what_is_behind_names_why(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    """The event is an old one by the log's clock; nothing here waits for it to age."""
    told = story()
    async with runner_of(database, "first", timedelta(minutes=5)) as first:
        await first.start()
        await tell(log, incident_stream(told.incident_id), told.declared())
        owner = await asyncpg.connect(database.owner_dsn)
        await owner.execute("alter table es.event disable trigger all")
        await owner.execute("update es.event set recorded_at = recorded_at - interval '1 hour'")
        assert "catching up, its lease is held by first" in await why(reader)
        await owner.execute("update es.projection set batch_seconds = 3.2")
        assert "the database is slow, a batch took 3.2 s" in await why(reader)
        await owner.execute("update es.projection set lease_until = now() - interval '1 second'")
        assert "nobody holds its lease, the last owner was first" in await why(reader)
        await owner.close()
    missing = {one.cause for one in await lag(reader) if one.name != "incident_board"}
    assert missing == {"no projector has begun it"}


async def why(reader: asyncpg.Connection) -> str:
    [board] = [one for one in await lag(reader) if one.name == "incident_board"]
    return str(board.cause)
