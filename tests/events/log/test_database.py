"""The pool: everybody is served, and in turn."""

import asyncio

import pytest

from events.errors import LogUnavailable
from events.log.database import Database
from tests import servers

pytestmark = pytest.mark.stack


async def test_nobody_who_waits_for_a_connection_is_overtaken_again_and_again(
    database: servers.Database,
) -> None:
    people, calls = 50, 30
    pool = await Database.open(database.app_dsn, smallest=20, largest=20)  # connected already
    asked = 0
    overtaken: list[int] = []

    async def ask() -> None:
        nonlocal asked
        for _ in range(calls):
            asked, mine = asked + 1, asked
            async with pool.connection() as connection:
                overtaken.append(asked - mine - 1)
                await connection.fetchval("select 1")

    await asyncio.gather(*(ask() for _ in range(people)))
    await pool.close()
    assert max(overtaken) < 2 * people


async def test_who_gave_up_waiting_takes_nobody_elses_connection(
    database: servers.Database,
) -> None:
    pool = await Database.open(database.app_dsn, largest=1)
    async with pool.connection():
        impatient = asyncio.create_task(pool.fetchval("select 1"))
        await asyncio.sleep(0.01)
        impatient.cancel()
        with pytest.raises(LogUnavailable, match="in time"):
            await pool.fetchval("select 2")
    assert await pool.fetchval("select 3") == 3
    await pool.close()
