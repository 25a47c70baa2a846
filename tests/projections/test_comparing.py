"""Live rows held against a fold of the log: they are equal, or every difference is named."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from events.ids import incident_stream
from events.log.postgres import PostgresLog
from projections.communication import notes
from projections.configuration import tables as configuration
from projections.engine.projection import Projection
from projections.incidents import board as incident_board
from projections.incidents import timeline
from projections.lag import lag
from projections.registry import ALL_PROJECTIONS
from projections.revisions.comparing import Compare, Comparison, NotComparable
from projections.revisions.rebuild import Progress
from tests.projections.stories import catch_up, projector, rows_of, story, tell, tell_whole
from tests.projections.test_quarantine import Allergic
from tests.servers import Database
from tests.services.cli.tampering import tamper

pytestmark = pytest.mark.stack

SOME: tuple[Projection, ...] = (timeline, incident_board, notes, configuration)


@asynccontextmanager
async def connected(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.projector_dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def compared(database: Database, projection: Projection = timeline) -> Comparison:
    async with connected(database) as connection:
        return await Compare(connection, projection, "a check", quarantines=True).compared()


async def changed(database: Database, statement: str) -> None:
    async with connected(database) as connection:
        await connection.execute(statement)


async def test_rows_that_a_projector_made_are_what_the_log_says(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    for number in range(1001, 1004):
        await tell_whole(log, story(number))
        await catch_up(database)
    live, standing = await rows_of(database), await lag(reader)
    told: list[Progress] = []
    async with connected(database) as connection:
        for projection in ALL_PROJECTIONS:
            found = await Compare(connection, projection, "a check").compared(told.append)
            assert found.agrees, found
            assert found.position == 66
    assert told[-1] == Progress(position=66, head=66)
    assert await rows_of(database) == live
    assert [(one.revision, one.owner) for one in await lag(reader)] == [
        (one.revision, one.owner) for one in standing
    ]
    left = "select count(*) from es.projection where stage <> 'live'"
    assert await reader.fetchval(left) == 0


@pytest.mark.parametrize(
    ("statement", "kind", "columns"),
    [
        ("update read.timeline set sentence = 'x' where position = 2", "different", ("sentence",)),
        ("delete from read.timeline where position = 2", "missing", ()),
        (
            """insert into read.timeline
            select (jsonb_populate_record(t, '{"position": 4711}')).* from read.timeline t
            where position = 2""",
            "foreign",
            (),
        ),
    ],
    ids=["edited", "deleted", "made up"],
)
async def test_a_row_that_somebody_changed_is_named(
    database: Database, log: PostgresLog, statement: str, kind: str, columns: tuple[str, ...]
) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    await changed(database, statement)
    (difference,) = (await compared(database)).differences
    assert (difference.table, difference.kind, difference.columns) == ("timeline", kind, columns)
    assert difference.key == ("4711" if kind == "foreign" else "2")


async def test_what_happens_meanwhile_is_no_difference(
    database: Database, log: PostgresLog
) -> None:
    done = asyncio.Event()

    async def write() -> None:
        number = 1002
        while not done.is_set():
            await tell_whole(log, story(number))
            number += 1

    await tell_whole(log, story())
    async with projector(database) as runner:
        tasks = [
            asyncio.create_task(runner.follow(lambda: None)),
            asyncio.create_task(write()),
        ]
        for projection in SOME * 3:
            assert (await compared(database, projection)).agrees
        done.set()
        await tasks[1]
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_rows_that_are_behind_are_compared_as_far_as_they_go(
    database: Database, log: PostgresLog
) -> None:
    told = story()
    await tell(log, incident_stream(told.incident_id), told.declared())
    await catch_up(database)
    await tell(log, incident_stream(told.incident_id), told.acknowledged())
    found = await compared(database)
    assert (found.agrees, found.position, found.rows) == (True, 1, 2)


async def test_a_quarantined_key_stands_still_in_both(database: Database, log: PostgresLog) -> None:
    told = story()
    allergic = Allergic(timeline, "incident.acknowledged")
    async with projector(database, [allergic]) as runner:
        await tell(log, incident_stream(told.incident_id), told.declared(), told.acknowledged())
        assert await runner.step()
    found = await compared(database, allergic)
    assert (found.quarantined, found.agrees) == (1, True)


async def test_a_log_that_was_cut_below_the_checkpoint_is_told(
    database: Database, log: PostgresLog
) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    await tamper(database, "delete from es.event where position = 22")
    found = await compared(database)
    assert (found.same_log, found.agrees, found.position) == (False, False, 22)


async def test_rows_of_other_rules_are_not_compared(database: Database) -> None:
    with pytest.raises(NotComparable, match="timeline was never projected"):
        await compared(database)
    await catch_up(database)
    await changed(database, "update es.projection set version = 99 where name = 'timeline'")
    with pytest.raises(NotComparable, match="rows of version 99"):
        await compared(database)
