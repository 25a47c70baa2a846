import asyncio
from pathlib import Path

import asyncpg
import pytest

from services.schema import migrations
from services.schema.migrations import MigrationRefused, migrate
from services.stack.postgres.server import start_postgres
from tests.servers import APP_PASSWORD, PROJECTOR_PASSWORD, Database

pytestmark = pytest.mark.stack


async def bring_up_to_date(database: Database) -> list[str]:
    return await migrate(
        database.owner_dsn, app_password=APP_PASSWORD, projector_password=PROJECTOR_PASSWORD
    )


async def run(dsn: str, sql: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@pytest.fixture
def read_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of read models of the test's own."""
    monkeypatch.setattr(
        migrations,
        "read_models",
        lambda: {path.stem: path.read_text("utf-8") for path in sorted(tmp_path.glob("*.sql"))},
    )
    return tmp_path


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    assert await bring_up_to_date(database) == []


async def test_several_processes_may_migrate_at_once(database: Database, read_folder: Path) -> None:
    (read_folder / "board.sql").write_text("create table if not exists read.b (n int);")
    applied = await asyncio.gather(*(bring_up_to_date(database) for _ in range(4)))
    assert sorted(applied, key=len) == [[], [], [], ["read/board"]]


async def test_a_read_model_is_applied_again_when_its_text_changes(
    database: Database, read_folder: Path
) -> None:
    board = read_folder / "board.sql"
    board.write_text("create table if not exists read.b (n int);")
    await bring_up_to_date(database)
    board.write_text(board.read_text() + "alter table read.b add column if not exists m int;")
    assert await bring_up_to_date(database) == ["read/board"]
    await run(database.projector_dsn, "insert into read.b values (1, 2)")
    assert await run(database.app_dsn, "select m from read.b") == 2
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(database.app_dsn, "delete from read.b")


async def test_a_migration_that_fails_leaves_nothing_behind(
    database: Database, read_folder: Path
) -> None:
    (read_folder / "board.sql").write_text("create table read.half (n int); select 1/0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await bring_up_to_date(database)
    assert await run(database.owner_dsn, "select to_regclass('read.half')") is None


async def test_an_applied_migration_of_the_log_must_not_be_edited(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in migrations.LOG_FOLDER.glob("*.sql"):
        (tmp_path / path.name).write_text(path.read_text() + "-- edited\n")
    monkeypatch.setattr(migrations, "LOG_FOLDER", tmp_path)
    with pytest.raises(MigrationRefused, match="log/0001_log was edited"):
        await bring_up_to_date(database)


async def test_a_file_without_a_number_is_refused(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "later.sql").write_text("select 1")
    monkeypatch.setattr(migrations, "LOG_FOLDER", tmp_path)
    with pytest.raises(MigrationRefused, match="NNNN_name"):
        await bring_up_to_date(database)


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
async def test_a_server_that_may_forget_is_refused(tmp_path: Path, setting: str) -> None:
    server = await start_postgres(tmp_path)
    try:
        await run(server.owner_dsn, f"alter system set {setting} = off")
        await run(server.owner_dsn, "select pg_reload_conf()")
        await asyncio.sleep(0.2)
        with pytest.raises(MigrationRefused, match=setting):
            await bring_up_to_date(Database(owner_dsn=server.owner_dsn))
    finally:
        await server.stop()


async def test_a_server_that_cannot_end_the_transaction_of_a_frozen_client_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "OLDEST", 1_000_000)
    with pytest.raises(MigrationRefused, match="17 or newer"):
        await bring_up_to_date(database)


async def test_a_standby_is_refused(tmp_path: Path) -> None:
    server = await start_postgres(tmp_path)
    await server.stop()
    (server.cluster / "standby.signal").touch()
    await start_postgres(tmp_path, server.port)
    try:
        with pytest.raises(MigrationRefused, match="standby"):
            await bring_up_to_date(Database(owner_dsn=server.owner_dsn))
    finally:
        await server.stop()


async def test_the_server_keeps_a_verifier_and_never_the_password(
    postgres: Database, database: Database
) -> None:
    stored = await run(
        postgres.owner_dsn, "select rolpassword from pg_authid where rolname = 'tocsin_app'"
    )
    assert str(stored).startswith("SCRAM-SHA-256$4096:")
    assert await run(database.app_dsn, "select current_user") == "tocsin_app"
