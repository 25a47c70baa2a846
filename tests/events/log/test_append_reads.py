"""What an append reads: as little from a long log as from a short one."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import uuid4

import asyncpg
import pytest

from events.log.append_statements import APPEND, EACH, arguments, each
from events.log.codec import encode_metadata
from events.log.group_commit import Ready
from events.log.postgres import PostgresLog
from tests.events.log.requests import append, data
from tests.servers import Database

pytestmark = pytest.mark.stack

type Columns = Callable[[Sequence[Ready]], tuple[list[object], ...]]

LONG = 2_000  # events
FEW = 10  # rows
ROWS_READ = """
select sum(seq_tup_read + idx_tup_fetch) from pg_stat_xact_all_tables
where schemaname = 'es' and relname in ('event', 'command')
"""


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        pytest.param(APPEND["sync"], arguments, id="any group"),
        pytest.param(EACH, lambda batch: (each(batch),), id="one event each"),
    ],
)
async def test_an_append_to_a_long_log_reads_a_handful_of_rows(
    log: PostgresLog, database: Database, sql: str, columns: Columns
) -> None:
    connection = await asyncpg.connect(database.app_dsn)
    try:
        await connection.fetchval(sql, *columns([ready()]))  # plans are kept from an empty log
        await asyncio.gather(*(log.append(append(f"notes-{n}", data())) for n in range(LONG)))
        transaction = connection.transaction()
        await transaction.start()
        await connection.fetchval(sql, *columns([ready()]))
        assert await connection.fetchval(ROWS_READ) < FEW
        await transaction.rollback()
    finally:
        await connection.close()


def ready() -> Ready:
    request = append(f"notes-{uuid4()}", data(), expected=0)
    return Ready(request=request, meta=encode_metadata(request.metadata), size=1)
