"""A migration may be killed at any point, and the programs from before it go on working."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from events.log.proof.chain import event_id
from services.schema import migrations
from services.schema.migrations import migrate
from services.stack.data_directory import held
from services.stack.postgres.migrate import migrate_embedded
from tests.servers import APP_PASSWORD, PROJECTOR_PASSWORD, Database, command

pytestmark = pytest.mark.stack

ROOT = Path(__file__).parents[2]
# What a later release may do to the log's schema while programs of the first one run: add.
LATER_RELEASE = """
alter table es.event add column later integer;
alter table es.command add column later integer not null default 0;
create table es.later (only_row boolean primary key);
create function es.later() returns integer language sql return 1;
"""

SCHEMA = """
select concat_ws(' ', 'column', table_schema, table_name, column_name, data_type, column_default,
    is_nullable) from information_schema.columns where table_schema in ('es', 'read')
union all select concat_ws(' ', 'constraint', conrelid::regclass, conname,
    pg_get_constraintdef(oid)) from pg_constraint
    where connamespace in ('es'::regnamespace, 'read'::regnamespace)
union all select concat_ws(' ', 'index', indexdef) from pg_indexes
    where schemaname in ('es', 'read')
union all select concat_ws(' ', 'function', pg_get_functiondef(oid), proacl) from pg_proc
    where pronamespace = 'es'::regnamespace
union all select concat_ws(' ', 'trigger', tgrelid::regclass, pg_get_triggerdef(oid), tgenabled)
    from pg_trigger where not tgisinternal
union all select concat_ws(' ', 'grants', oid::regclass, relacl) from pg_class
    where relnamespace in ('es'::regnamespace, 'read'::regnamespace)
union all select concat_ws(' ', 'applied', name, checksum) from es.migration
order by 1
"""

# What a program of the first release sends, word for word. It must be understood for ever.
FIRST_APPEND = (
    "select es.append_batch("
    "$1::uuid[], $2::es.name[], $3::es.digest[], $4::bigint[], $5::es.meta[], $6::integer[],"
    " $7::uuid[], $8::es.name[], $9::es.schema_version[], $10::es.payload[], $11::integer[],"
    " $12::text[], $13::text[], $14::bytea[])"
)
FIRST_READ = (
    "select position, stream, version, event_id, command_id, type, schema_version, recorded_at,"
    " payload, meta, hash from es.event where stream = $1 and version > $2 order by version"
)


@pytest.fixture
async def empty(postgres: Database) -> AsyncIterator[Database]:
    """A database nothing was migrated in."""
    database = postgres.sibling(f"tocsin_test_{secrets.token_hex(6)}")
    await command(postgres, f"create database {database.name}")
    yield database
    await command(postgres, f"drop database {database.name} with (force)")


async def schema_of(database: Database) -> list[str]:
    connection = await asyncpg.connect(database.owner_dsn)
    try:
        return [row[0] for row in await connection.fetch(SCHEMA)]
    finally:
        await connection.close()


async def started(database: Database, data: Path) -> asyncio.subprocess.Process:
    """Start `tocsin migrate`."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.stack.postgres.migrate",
        cwd=ROOT,
        env={
            **os.environ,
            "TOCSIN_DATA": str(data),
            "TOCSIN_POSTGRES_DSN": database.owner_dsn,
            "TOCSIN_APP_DSN": database.app_dsn,
            "TOCSIN_PROJECTOR_DSN": database.projector_dsn,
        },
        stdout=asyncio.subprocess.PIPE,
    )


async def killed_after(process: asyncio.subprocess.Process, lines: int) -> bool:
    """Kill the process once it has said so many lines; say whether it was done before that."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        for _ in range(lines):
            line = await process.stdout.readline()
            if not line or b"up to date" in line:
                await process.wait()
                return True
        process.kill()
        await process.wait()
    return False


async def test_killed_again_and_again_it_ends_with_the_same_schema(
    empty: Database, database: Database, tmp_path: Path
) -> None:
    """Odd lines say that a migration begins, even ones that it was applied: both are met."""
    runs = 0
    while not await killed_after(await started(empty, tmp_path), 5 + runs):
        runs += 1
    assert runs >= 3
    assert await schema_of(empty) == await schema_of(database)


async def test_the_embedded_database_is_migrated_while_no_stack_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await migrate_embedded(tmp_path) == 0
    assert "log/0001_log: applied in" in capsys.readouterr().out
    with held(tmp_path):
        assert await migrate_embedded(tmp_path) == 0
    assert "A stack runs on this directory" in capsys.readouterr().out


async def test_a_program_of_the_first_release_appends_and_reads_on_a_schema_that_has_grown(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in migrations.LOG_FOLDER.glob("*.sql"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(migrations, "LOG_FOLDER", tmp_path)
    monkeypatch.setattr(migrations, "read_models", dict)
    await bring_up_to_date(empty)
    old = await asyncpg.connect(empty.app_dsn)
    try:
        assert (await appended(old, "notes-1"))["version"] == 1
        (tmp_path / "9999_later.sql").write_text(LATER_RELEASE, "utf-8")
        assert await bring_up_to_date(empty) == ["log/9999_later"]
        assert (await appended(old, "notes-1"))["version"] == 2
        rows = await old.fetch(FIRST_READ, "notes-1", 0)
        assert [(row["position"], row["version"]) for row in rows] == [(1, 1), (2, 2)]
    finally:
        await old.close()


async def bring_up_to_date(database: Database) -> list[str]:
    return await migrate(
        database.owner_dsn, app_password=APP_PASSWORD, projector_password=PROJECTOR_PASSWORD
    )


async def appended(connection: asyncpg.Connection, stream: str) -> asyncpg.Record:
    """Append one event as a program of the first release does."""
    command_id = uuid4()
    answers: list[asyncpg.Record] = await connection.fetchval(
        FIRST_APPEND,
        [command_id],
        [stream],
        [sha256(command_id.bytes).digest()],
        [None],
        [b'{"principal":"api_key:1","via":"api"}'],
        [1],
        [event_id(command_id, 0)],
        ["note.added"],
        [1],
        [b'{"note":"hello"}'],
        [0],
        [],
        [],
        [],
    )
    assert answers[0]["verdict"] == 0
    return answers[0]
