import asyncpg
import pytest

from events.log.append_statements import ARGUMENTS, EACH
from events.log.postgres import READ_ALL, PostgresLog
from events.log.recorded import EventData
from tests.events.log.requests import append, data
from tests.servers import Database

pytestmark = pytest.mark.stack

CHANGES = [
    "update es.{table} set stream = stream",
    "delete from es.{table}",
    "truncate es.{table}",
    "insert into es.{table} select * from es.{table}",
    "insert into es.{table} select * from es.{table} on conflict ({key}) do update set stream = ''",
    "merge into es.{table} t using es.{table} s on t.{key} = s.{key} when matched then delete",
    "copy es.{table} from program 'true'",
]
KEYS = {"event": "position", "command": "command_id"}
EMPTY_BATCH: list[list[object]] = [[] for _ in range(14)]


async def attempt(dsn: str, sql: str, *before: str) -> str | None:
    """Return the error a statement meets in a session of that role, if any."""
    connection = await asyncpg.connect(dsn)
    try:
        for statement in before:
            await connection.execute(statement)
        await connection.execute(sql)
    except asyncpg.PostgresError as error:
        return str(error)
    finally:
        await connection.close()
    return None


@pytest.mark.parametrize("table", ["event", "command"])
@pytest.mark.parametrize("role", ["app", "projector"])
async def test_no_process_can_change_or_choose_what_the_log_holds(
    log: PostgresLog, database: Database, role: str, table: str
) -> None:
    await log.append(append("notes-1", data()))
    await log.append(append("notes-1"))
    dsn = database.app_dsn if role == "app" else database.projector_dsn
    for change in CHANGES:
        error = await attempt(dsn, change.format(table=table, key=KEYS[table]))
        assert error is not None
        assert "permission denied" in error


@pytest.mark.parametrize("table", ["event", "command"])
@pytest.mark.parametrize("playing", ["origin", "replica"])
async def test_even_the_owner_is_stopped_by_the_table_itself(
    log: PostgresLog, database: Database, table: str, playing: str
) -> None:
    await log.append(append("notes-1", data()))
    await log.append(append("notes-1"))
    role = f"set session_replication_role = {playing}"
    for change in (*CHANGES[:3], *CHANGES[4:6]):
        error = await attempt(database.owner_dsn, change.format(table=table, key=KEYS[table]), role)
        assert error is not None
        assert "append-only" in error


async def test_processes_cannot_take_the_append_lock_or_change_the_outbox_by_hand(
    database: Database,
) -> None:
    for statement in (
        "begin; lock table es.append_gate in exclusive mode",
        "update es.outbox set state = 'done'",
        "delete from es.inbox",
        "select setval('es.reference', 1)",
        "create table es.mine (n int)",
        "update es.projection set position = 0",
    ):
        error = await attempt(database.app_dsn, statement)
        assert error is not None
        assert "permission denied" in error


async def test_the_projector_cannot_append(database: Database) -> None:
    error = await attempt(
        database.projector_dsn, "select es.append_batch(" + ", ".join(["'{}'"] * 14) + ")"
    )
    assert error is not None
    assert "permission denied" in error


async def test_the_append_lock_cannot_span_a_round_trip(database: Database) -> None:
    connection = await asyncpg.connect(database.app_dsn)
    try:
        transaction = connection.transaction()
        await transaction.start()
        with pytest.raises(asyncpg.PostgresError, match="invalid transaction termination"):
            await connection.fetchval(f"call es.append({ARGUMENTS}, null)", *EMPTY_BATCH)
        await transaction.rollback()
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param((f"select es.append_batch({ARGUMENTS})", EMPTY_BATCH), id="any group"),
        pytest.param((EACH, EMPTY_BATCH[:1]), id="one event each"),
    ],
)
async def test_an_append_under_an_old_snapshot_is_refused(
    database: Database, statement: tuple[str, list[list[object]]]
) -> None:
    sql, nothing = statement
    connection = await asyncpg.connect(database.app_dsn)
    try:
        transaction = connection.transaction(isolation="repeatable_read")
        await transaction.start()
        with pytest.raises(asyncpg.PostgresError, match="READ COMMITTED"):
            await connection.fetchval(sql, *nothing)
        await transaction.rollback()
    finally:
        await connection.close()


async def test_a_full_page_of_the_log_is_read_by_position_without_a_sort(
    log: PostgresLog,
) -> None:
    many = tuple(EventData(type="note.added", schema_version=1, payload=b"") for _ in range(500))
    for _ in range(4):
        await log.append(append("notes-1", *many))
    plan = await log.database.fetch(f"explain {READ_ALL}", 100, 200)
    text = "\n".join(row[0] for row in plan)
    assert "Index Scan using event_pkey" in text
    assert "Sort" not in text
