"""Read model tables: made as their row classes say, changed ones beside those that are read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from projections.engine.projection import Projection
from projections.registry import ALL_PROJECTIONS

# A changed table is filled from the log: without its checkpoint the runner begins at 0.
DEFINITION = """
create schema if not exists read;
delete from es.projection where name = '{name}';
drop table if exists {tables};
{ddl}
"""
LIVE = """
select unnest(tables) from es.projection where name = $1 and stage = 'live'
intersect
select tablename::text from pg_tables where schemaname = 'read'
"""
IN_READ = "select tablename::text from pg_tables where schemaname = 'read'"
PUT_ASIDE = "update es.projection set name = name || ' kept' where name = $1"
# No program has version 0: the projector of the new release builds the new tables' rows.
PUT_BACK = """
update es.projection
set name = $1, version = case stage when 'live' then 0 else version end
where name = $1 || ' kept'
"""


def read_models() -> dict[str, str]:
    """Return the SQL that makes each read model's tables, by its name."""
    return {one.NAME: definition(one) for one in ALL_PROJECTIONS}


def definition(projection: Projection) -> str:
    """Return the SQL that makes a read model's tables, empty."""
    return DEFINITION.format(
        name=projection.NAME,
        tables=", ".join(f"read.{table.name}" for table in projection.TABLES),
        ddl="\n".join(table.ddl for table in projection.TABLES),
    )


@asynccontextmanager
async def beside_the_live(connection: asyncpg.Connection, name: str) -> AsyncIterator[None]:
    """Let a file drop and make its tables without touching those that are read.

    In one transaction: the live tables are put aside and back again, and what the file has made
    waits in schema `read_next` for a revision to be made like it. Rows, checkpoint and lease of the
    live revision stay.
    """
    live = await column(connection, LIVE, name)
    if not live:
        yield
        return
    others = await column(connection, IN_READ) - live
    for table in sorted(live):
        await connection.execute(f'alter table read."{table}" set schema read_kept')
    await connection.execute(PUT_ASIDE, name)
    yield
    made = await column(connection, IN_READ) - others
    for table in sorted(made):
        await connection.execute(f'drop table if exists read_next."{table}"')
        await connection.execute(f'alter table read."{table}" set schema read_next')
    for table in sorted(live):
        await connection.execute(f'alter table read_kept."{table}" set schema read')
    for table in sorted(made - live):  # a further table is there, empty, before its rows are
        like = f'create table read."{table}" (like read_next."{table}" including all)'
        await connection.execute(like)
    await connection.execute(PUT_BACK, name)


async def column(connection: asyncpg.Connection, sql: str, *arguments: object) -> set[str]:
    """Return the first column of what a query finds."""
    return {row[0] for row in await connection.fetch(sql, *arguments)}
