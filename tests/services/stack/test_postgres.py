import asyncio
import stat
from pathlib import Path

import asyncpg
import pytest

from services.stack.postgres.binaries import PostgresFailedToStart
from services.stack.postgres.server import start_postgres

pytestmark = pytest.mark.stack


async def run(dsn: str, sql: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_data_survives_a_stop_and_a_power_cut(tmp_path: Path) -> None:
    server = await start_postgres(tmp_path)
    await run(server.owner_dsn, "create table kept as select 1 as n")
    await server.stop()
    assert server.pid is None
    server = await start_postgres(tmp_path)
    await run(server.owner_dsn, "insert into kept values (2)")
    await server.kill()
    assert server.pid is None
    server = await start_postgres(tmp_path, server.port)
    try:
        assert await run(server.owner_dsn, "select sum(n) from kept") == 3
    finally:
        await server.stop()


async def test_a_server_left_behind_by_a_killed_stack_is_taken_over(tmp_path: Path) -> None:
    left_behind = await start_postgres(tmp_path)
    taken_over = await start_postgres(tmp_path)
    try:
        assert (taken_over.pid, taken_over.port) == (left_behind.pid, left_behind.port)
    finally:
        await taken_over.stop()


async def test_stopping_takes_seconds_even_with_clients_in_the_middle_of_work(
    tmp_path: Path,
) -> None:
    server = await start_postgres(tmp_path)
    client = await asyncpg.connect(server.owner_dsn)
    asleep = asyncio.create_task(client.execute("select pg_sleep(60)"))
    await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        await server.stop()
    with pytest.raises((asyncpg.PostgresError, OSError)):
        await asleep


async def test_nobody_gets_in_without_the_password_and_only_the_user_can_read_it(
    tmp_path: Path,
) -> None:
    server = await start_postgres(tmp_path)
    try:
        secret = tmp_path / "postgres-passwords.json"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        address = server.owner_dsn.rpartition("@")[2]
        with pytest.raises(asyncpg.InvalidPasswordError):
            await run(f"postgresql://tocsin_owner:guess@{address}", "select 1")
        assert await run(server.owner_dsn, "select current_setting('fsync')") == "on"
    finally:
        await server.stop()


async def test_a_port_that_is_taken_is_named_in_the_error(tmp_path: Path) -> None:
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    with pytest.raises(PostgresFailedToStart, match=f"(?s){port}.*in use|in use.*{port}"):
        await start_postgres(tmp_path, port)
    listener.close()
