"""A release changes a read model's tables: people read the old ones until the new ones are full."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from events.ids import incident_stream
from events.log.postgres import PostgresLog
from projections.engine.quarantine import list_quarantined
from projections.engine.rows import RowsOutdated, Table
from projections.incidents import timeline
from projections.incidents.timeline import TimelineEntry, read_timeline
from projections.lag import lag
from projections.revisions.upgrading import Upgrades
from services.schema.migrations import READ_GRANTS, Migration, apply
from services.schema.read_models import definition
from tests.projections.stories import catch_up, projector, story, tell, tell_whole
from tests.projections.test_quarantine import Allergic
from tests.servers import Database

pytestmark = pytest.mark.stack

SHOUTED = "alter table read.timeline add column loud boolean not null default true;"
ASIDE = "drop table if exists read.aside; create table read.aside (n integer primary key);"
REVISION = timeline.VERSION  # the first one


async def migrate_to(database: Database, *changes: str) -> None:
    """Apply the timeline's file as a release has changed it."""
    text = "\n".join([definition(timeline), *changes])
    connection = await asyncpg.connect(database.owner_dsn)
    migration = Migration(name="read/timeline", sql=text, repeatable=True)
    assert await apply(connection, migration, lambda _: None)
    await connection.execute(READ_GRANTS)
    await connection.close()


@asynccontextmanager
async def app(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.app_dsn)
    yield connection
    await connection.close()


async def upgrade(database: Database) -> None:
    connection = await asyncpg.connect(database.projector_dsn)
    await Upgrades(connection, "an upgrade", [timeline]).look()
    await connection.close()


async def columns(reader: asyncpg.Connection, table: str) -> set[str]:
    found = await reader.fetch(
        "select column_name from information_schema.columns"
        " where table_schema = 'read' and table_name = $1",
        table,
    )
    return {row[0] for row in found}


async def why(reader: asyncpg.Connection) -> str | None:
    return next(one.cause for one in await lag(reader) if one.name == timeline.NAME)


async def test_the_old_tables_are_read_and_written_until_the_new_ones_are_full(
    database: Database, log: PostgresLog
) -> None:
    told = story()
    await tell_whole(log, told)
    async with app(database) as reader, projector(database) as before:
        while await before.step():
            pass
        entries = await read_timeline(reader, told.incident_id)
        await migrate_to(database, SHOUTED)
        assert await read_timeline(reader, told.incident_id) == entries
        assert "loud" not in await columns(reader, "timeline")
        assert "the rows of before its tables changed: no projector" in str(await why(reader))

        await tell(log, incident_stream(told.incident_id), told.closed())
        assert await before.step()  # the projector of the release before is still at work
        assert len(await read_timeline(reader, told.incident_id)) == len(entries) + 1

        await upgrade(database)
        assert "loud" in await columns(reader, "timeline")
        assert len(await read_timeline(reader, told.incident_id)) == len(entries) + 1
        assert "loud" not in await columns(reader, f"timeline_r{REVISION}")
    await catch_up(database)
    async with app(database) as reader:
        assert await why(reader) is None


async def test_tables_that_change_twice_before_they_are_built_are_built_once(
    database: Database, log: PostgresLog
) -> None:
    told = story()
    await tell_whole(log, told)
    await catch_up(database)
    await migrate_to(database, SHOUTED, ASIDE)
    await migrate_to(database, SHOUTED.replace("loud", "louder"), ASIDE)
    async with app(database) as reader:
        assert len(await read_timeline(reader, told.incident_id)) == 22
        assert await columns(reader, "aside") == {"n"}  # a table of its own is there, and empty
        await upgrade(database)
        assert {"louder", "loud"} & await columns(reader, "timeline") == {"louder"}
        assert len(await read_timeline(reader, told.incident_id)) == 22


async def test_what_is_quarantined_stays_quarantined_until_the_new_rows_are_there(
    database: Database, log: PostgresLog
) -> None:
    told = story()
    await tell_whole(log, told)
    async with projector(database, [Allergic(timeline, "incident.triaged")]) as runner:
        assert await runner.step()
    await migrate_to(database, SHOUTED)
    async with app(database) as reader:
        assert len(await list_quarantined(reader)) == 1
        await upgrade(database)
        assert not await list_quarantined(reader)
        assert len(await read_timeline(reader, told.incident_id)) == 22


class LoudEntry(TimelineEntry, frozen=True, kw_only=True):
    loud: bool


async def test_a_read_that_needs_the_new_columns_is_told_to_come_again(
    database: Database, log: PostgresLog
) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    await migrate_to(database, SHOUTED)
    loud = Table("timeline", "position", LoudEntry)
    async with app(database) as reader:
        with pytest.raises(RowsOutdated):
            await loud.select(reader, "limit 1")
        await upgrade(database)
        assert [one.loud for one in await loud.select(reader, "limit 1")] == [True]
