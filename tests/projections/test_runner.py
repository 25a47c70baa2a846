"""The runner: every event once, in order, from wherever the last run stopped."""

import asyncio
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from events.ids import incident_stream
from events.log.postgres import PostgresLog
from events.log.recorded import Recorded
from projections.engine.catching_up import wait_for
from projections.engine.checkpoints import LogForked, take_over
from projections.engine.rows import Batch, Rows, Table
from projections.incidents import timeline
from projections.incidents.board_list import find_incident
from projections.lag import lag
from projections.live.batch_size import BatchSize
from projections.live.runner import Runner
from projections.registry import ALL_PROJECTIONS
from projections.revisions.rebuild import Rebuild
from services.projector.projection_jobs import INTERRUPTIONS, connected
from tests.projections.stories import (
    catch_up,
    forget,
    projector,
    rows_of,
    story,
    tell,
    tell_whole,
)
from tests.servers import Database
from tests.services.cli.tampering import tamper

pytestmark = pytest.mark.stack


class Stumbling:
    """The timeline's projection, failing as it is told."""

    def __init__(self, stumble: type[BaseException] = ValueError) -> None:
        self.NAME, self.VERSION, self.TABLES = timeline.NAME, timeline.VERSION, timeline.TABLES
        self.stumbles_on: str | None = None
        self.stumble = stumble
        self.COMPLETE = timeline.COMPLETE

    def key_of(self, recorded: Recorded[object]) -> str | None:
        return timeline.key_of(recorded)

    async def project(self, batch: Batch, tx: Rows) -> None:
        await timeline.project(batch, tx)
        if any(one.event.__class__.__name__ == self.stumbles_on for one in batch):
            raise self.stumble(self.stumbles_on)


async def test_a_rebuild_gives_the_same_rows(database: Database, log: PostgresLog) -> None:
    for number in range(1001, 1004):
        await tell_whole(log, story(number))
        await catch_up(database)
    live = await rows_of(database)
    assert len(live["incident_board"]) == len(live["alert"]) == 3
    assert len(live["timeline"]) == 3 * 22

    await forget(database)
    await catch_up(database)
    assert await rows_of(database) == live


async def test_events_that_come_again_change_nothing(database: Database, log: PostgresLog) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    live = await rows_of(database)
    connection = await asyncpg.connect(database.projector_dsn)
    await connection.execute(
        "update es.projection set position = 1, position_hash = h.hash"
        " from (select hash from es.event where position = 1) h"
    )
    await connection.close()
    await catch_up(database)
    assert await rows_of(database) == live


async def test_a_projector_that_dies_between_rows_and_checkpoint_leaves_neither(
    database: Database, log: PostgresLog
) -> None:
    told = story()
    await tell(log, incident_stream(told.incident_id), told.declared())
    await catch_up(database)
    before = await rows_of(database)
    await tell(log, incident_stream(told.incident_id), told.acknowledged())

    dying = Stumbling(asyncio.CancelledError)
    dying.stumbles_on = "IncidentAcknowledged"
    async with projector(database, [dying]) as runner:
        with pytest.raises(asyncio.CancelledError):
            await runner.step()
    assert (await rows_of(database))["timeline"] == before["timeline"]

    await catch_up(database)
    assert len((await rows_of(database))["timeline"]) == 2


async def test_of_two_projectors_the_older_one_is_fenced_out_and_writes_nothing(
    database: Database, log: PostgresLog
) -> None:
    told = story()
    async with projector(database) as older, projector(database) as newer:
        await tell(log, incident_stream(told.incident_id), told.declared())
        assert await older.step()
        assert (await rows_of(database))["incident_board"] == []
        assert await newer.step()
        assert len((await rows_of(database))["incident_board"]) == 1


async def test_what_happened_shows_in_all_read_models_at_once(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    async with projector(database) as runner:
        await tell(log, incident_stream(told.incident_id), told.declared())
        assert await runner.step()
    assert await reader.fetchval("select count(distinct xmin::text) from es.projection") == 1


@pytest.mark.parametrize(
    "taken_away",
    ["epoch = epoch + 1", "position_hash = null, position = 0"],
    ids=["owner", "reset"],
)
async def test_a_projection_that_is_taken_away_holds_none_of_the_others_up(
    database: Database, log: PostgresLog, reader: asyncpg.Connection, taken_away: str
) -> None:
    told = story()
    stream = incident_stream(told.incident_id)
    async with projector(database) as runner:
        await tell(log, stream, told.declared())
        assert await runner.step()
        connection = await asyncpg.connect(database.projector_dsn)
        await connection.execute(f"update es.projection set {taken_away} where name = 'timeline'")
        await connection.close()
        await tell(log, stream, told.acknowledged())
        assert await runner.step()
    behind = {one.name: one.events for one in await lag(reader)}
    assert behind.pop("timeline") > 0
    assert set(behind.values()) == {0}


async def test_a_log_that_was_restored_to_an_older_state_is_refused(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell(log, incident_stream(told.incident_id), told.declared())
    await catch_up(database)
    connection = await asyncpg.connect(database.projector_dsn)
    await connection.execute("update es.projection set position = 7 where name = 'timeline'")
    with pytest.raises(LogForked, match="timeline has read up to position 7"):
        await take_over(connection, timeline, "a test")
    await connection.execute(
        r"update es.projection set position = 1, position_hash = '\x00' where name = 'timeline'"
    )
    async with projector(database) as runner:
        await tell(log, incident_stream(told.incident_id), told.acknowledged())
        assert await runner.step()
    await connection.close()
    causes = {one.name: one.cause or "" for one in await lag(reader)}
    assert "tocsin projections rebuild timeline" in causes.pop("timeline")
    assert set(causes.values()) == {""}
    assert len(await timeline.read_timeline(reader, told.incident_id)) == 1


@pytest.mark.parametrize("others", [(), ("Search is slow", "And more")], ids=["cut", "grown again"])
async def test_a_log_that_is_cut_under_a_running_projector_is_refused_at_once(
    database: Database, log: PostgresLog, reader: asyncpg.Connection, others: tuple[str, ...]
) -> None:
    told = story()
    stream = incident_stream(told.incident_id)
    async with projector(database) as runner:
        await tell(log, stream, told.declared(), told.acknowledged())
        assert await runner.step()
        await tamper(database, "delete from es.event where position = 2")
        if others:
            await tell(log, stream, *map(told.declared, others))
        with capture_logs() as said:
            assert not await runner.step()
        ours = [one for one in said if one["event"].startswith("projection")]
        assert {one["event"] for one in ours} == {"projection_refused"}
        assert len(ours) == len(ALL_PROJECTIONS)
        await runner.tend()
        assert not await runner.step()
    for one in await lag(reader):
        assert one.state == "refused"
        assert f"tocsin projections rebuild {one.name}" in (one.cause or "")
    rows = await timeline.read_timeline(reader, told.incident_id)
    assert [row.position for row in rows] == [1, 2]  # nothing of the other log went in


async def test_a_rebuild_whose_log_is_cut_meanwhile_leaves_the_live_rows(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell(log, incident_stream(told.incident_id), told.declared(), told.acknowledged())
    await catch_up(database)
    live = await rows_of(database)
    connection = await asyncpg.connect(database.projector_dsn)

    class Cutting(Stumbling):
        async def project(self, batch: Batch, tx: Rows) -> None:
            await super().project(batch, tx)
            await tamper(database, "delete from es.event where position = 2")

    with pytest.raises(LogForked, match="timeline has read up to position 2"):
        await Rebuild(connection, Cutting(), "a test").run()
    await connection.close()
    assert await rows_of(database) == live


async def test_a_reader_waits_until_it_can_read_its_own_write(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    names = ["incident_board", "timeline"]
    async with projector(database) as runner:
        following = asyncio.create_task(runner.follow(lambda: None))
        result = await tell(log, incident_stream(told.incident_id), told.declared())
        assert await wait_for(log.database, names, result.last_position, 5)
        assert await find_incident(reader, told.incident_id) is not None
        assert not await wait_for(log.database, names, result.last_position + 1, 0.1)
        following.cancel()
        with pytest.raises(asyncio.CancelledError):
            await following


async def test_how_far_a_projection_is_behind_is_told_in_events_and_seconds(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    fresh = await lag(reader)
    assert {one.name for one in fresh} == {one.NAME for one in ALL_PROJECTIONS}
    assert {(one.state, one.events, one.seconds) for one in fresh} == {("missing", 0, 0)}

    told = story()
    await catch_up(database)
    await tell(log, incident_stream(told.incident_id), told.declared(), told.acknowledged())
    await asyncio.sleep(0.05)
    behind = await lag(reader)
    assert {one.events for one in behind} == {2}
    assert all(one.seconds >= 0.05 for one in behind)


async def test_every_column_of_a_read_table_is_a_field_of_its_row(database: Database) -> None:
    tables: list[Table[Any]] = [
        value
        for projection in ALL_PROJECTIONS
        for value in vars(projection).values()
        if isinstance(value, Table)
    ]
    connection = await asyncpg.connect(database.projector_dsn)
    for table in tables:
        columns = await connection.fetch(
            "select column_name from information_schema.columns"
            " where table_schema = 'read' and table_name = $1",
            table.name,
        )
        assert {row[0] for row in columns} == set(table.columns), table.name
    await connection.close()
    assert sorted(table.name for table in tables) == sorted(
        table.name for projection in ALL_PROJECTIONS for table in projection.TABLES
    )


class Slow(Stumbling):
    """The timeline's projection on a machine that is too slow for a long page."""

    async def project(self, batch: Batch, tx: Rows) -> None:
        await asyncio.sleep(EACH_SECONDS * len(batch))
        await timeline.project(batch, tx)


EACH_SECONDS = 0.005


async def test_a_page_that_takes_longer_than_a_transaction_may_comes_again_in_halves(
    database: Database, log: PostgresLog
) -> None:
    for number in range(1001, 1004):
        await tell_whole(log, story(number))
    size, slow, interrupted = BatchSize(), Slow(), 0
    while interrupted < 20:  # 66 events, halved
        try:
            async with connected(database.projector_dsn, LIMITED) as connection:
                runner = Runner(connection, "slow", [slow], size=size)
                await runner.start()
                while await runner.step():
                    pass
                break
        except INTERRUPTIONS:
            size.interrupted()
            interrupted += 1
    assert interrupted >= 1
    assert len((await rows_of(database))["timeline"]) == 3 * 22


LIMITED = {"idle_in_transaction_session_timeout": "120ms"}
