"""A client that is frozen, wherever it stopped, gives back what it held; for every role."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import pytest

from events.log.postgres import PostgresLog
from projections.revisions.rebuild import SWAP_LIMITS
from services.projector.fallback_pager import MINE, NOT_MINE
from services.schema import migrations
from services.schema.migrations import APP, NOTARY, PROJECTOR, exclusive
from tests.events.log.requests import append, data
from tests.eventually import eventually
from tests.servers import Database

pytestmark = pytest.mark.stack

ADDRESSES: dict[str, Callable[[Database], str]] = {
    APP: lambda database: database.app_dsn,
    PROJECTOR: lambda database: database.projector_dsn,
    NOTARY: lambda database: database.notary_dsn,
}
SOON = {"transaction_timeout": "1s", "tcp_user_timeout": "1000"}  # for tests that wait for them
STATE = """
select concat(state, '/', wait_event) from pg_stat_activity where application_name = $1
"""


@asynccontextmanager
async def client(dsn: str, name: str = "frozen") -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn, server_settings={**SOON, "application_name": name})
    try:
        yield connection
    finally:
        connection.terminate()


async def ended(database: Database, name: str = "frozen", within: float = 15) -> None:
    """Return once the server has no session of this name any more."""
    async with looking(database) as look:

        async def gone() -> bool:
            return await look.fetchval(STATE, name) is None

        await eventually(f"the session {name} has ended", gone, within)


@asynccontextmanager
async def looking(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.owner_dsn)
    try:
        yield connection
    finally:
        await connection.close()


LIMITS = (
    "transaction_timeout",
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "tcp_user_timeout",
    "tcp_keepalives_idle",
)


@pytest.mark.parametrize("role", ADDRESSES)
async def test_every_role_has_a_limit_for_every_state_of_a_frozen_client(
    role: str, database: Database
) -> None:
    connection = await asyncpg.connect(ADDRESSES[role](database))
    try:
        limits = {name: await connection.fetchval(f"show {name}") for name in LIMITS}
    finally:
        await connection.close()
    assert "0" not in limits.values(), limits


@pytest.mark.parametrize("role", ADDRESSES)
async def test_who_is_frozen_between_parse_and_bind_loses_their_locks(
    role: str, database: Database
) -> None:
    """No limit of a statement covers it: the server is active, and waits for its client."""
    async with client(ADDRESSES[role](database)) as frozen, looking(database) as look:
        await frozen.execute("begin; select pg_advisory_xact_lock(7)")
        await frozen.prepare("select $1::int")  # Parse, Describe, Flush; and no word more
        assert await look.fetchval(STATE, "frozen") == "active/ClientRead"
        await ended(database)
        assert await look.fetchval("select pg_try_advisory_lock(7)")


@pytest.mark.parametrize("role", ADDRESSES)
async def test_who_takes_nothing_of_an_answer_loses_their_locks(
    role: str, database: Database
) -> None:
    async with client(ADDRESSES[role](database)) as frozen, looking(database) as look:
        await frozen.execute("begin; select pg_advisory_xact_lock(7)")
        line = cast("Any", frozen)._transport
        asyncio.get_running_loop().call_later(0.05, line.pause_reading)
        endless = "select repeat('x', 1000) from generate_series(1, 3000000)"
        asking = asyncio.create_task(frozen.fetch(endless))
        await ended(database, within=30)
        assert await look.fetchval("select pg_try_advisory_lock(7)")
        frozen.terminate()
        with pytest.raises(asyncpg.PostgresError):
            await asking


async def test_appends_go_on_after_a_swap_was_frozen_with_the_gate_closed(
    database: Database, log: PostgresLog
) -> None:
    """Its limit is shorter than the one the session began with."""
    frozen = await asyncpg.connect(database.projector_dsn)
    try:
        await frozen.execute("begin")
        await frozen.execute(SWAP_LIMITS)
        await frozen.execute("select es.projection_gate()")
        await frozen.prepare("select $1::int")
        await log.append(append("notes-1", data()))  # which has four seconds
    finally:
        frozen.terminate()


async def test_a_migration_that_is_frozen_gives_its_lock_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert migrations.MIGRATING["idle_session_timeout"] == "60s"  # too long for a test
    monkeypatch.setitem(migrations.MIGRATING, "idle_session_timeout", "1s")
    async with (
        asyncio.timeout(15),
        exclusive(database.owner_dsn),  # and says nothing any more
        exclusive(database.owner_dsn) as second,
    ):
        assert await second.fetchval("select 1") == 1


async def test_a_fallback_pager_that_is_frozen_while_it_looks_leaves_it_to_others(
    database: Database,
) -> None:
    soon = MINE.replace("45s", "1s")
    async with (
        client(database.app_dsn, "frozen") as frozen,
        client(database.app_dsn, "next") as one,
    ):
        assert await frozen.fetchval(soon)
        assert await one.fetchval(soon) is None
        await ended(database)
        assert await one.fetchval(MINE)
        await one.execute(NOT_MINE)
        assert await one.fetchval("show idle_session_timeout") == "0"
