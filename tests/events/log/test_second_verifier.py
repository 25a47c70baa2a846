"""A verifier that shares nothing with ours: PostgreSQL's sha256() over docs/log-format.md."""

import asyncpg
import pytest

from events.log.merkle import CompactRange, leaf_hash
from events.log.postgres import PostgresLog
from tests.events.log.requests import append, data
from tests.events.log.test_merkle import naive_root
from tests.servers import Database

pytestmark = pytest.mark.stack

HASHES = """
select position, hash, sha256(
    '\\x01'::bytea
    || coalesce(
        lag(hash) over (partition by stream order by version), decode(repeat('00', 32), 'hex')
    )
    || sha256(convert_to(stream, 'UTF8'))
    || decode(lpad(to_hex(version), 16, '0') || lpad(to_hex(position), 16, '0'), 'hex')
    || decode(replace(event_id::text || command_id::text, '-', ''), 'hex')
    || decode(lpad(to_hex((extract(epoch from recorded_at) * 1000000)::bigint), 16, '0'), 'hex')
    || sha256(
        '\\x00'::bytea || decode(lpad(to_hex(schema_version), 8, '0'), 'hex')
        || sha256(convert_to(type, 'UTF8')) || sha256(payload) || sha256(meta)
    )
) as recomputed
from es.event order by position
"""


# A tree in SQL: pair neighbours level by level; the one left over goes up as it is.
ROOT = """
with recursive tree (level, n, hash) as (
    select 0, position - 1, sha256('\\x00'::bytea || hash) from es.event
    union all
    select level + 1, n / 2, hash from (
        select level, n, case
            when n % 2 = 1 then null
            when lead(hash) over (order by n) is null then hash
            else sha256('\\x01'::bytea || hash || lead(hash) over (order by n))
        end as hash, count(*) over () as count
        from tree
    ) pairs where hash is not null and count > 1
)
select hash from tree order by level desc limit 1
"""


async def test_sql_alone_recomputes_every_hash_and_the_root(
    log: PostgresLog, database: Database
) -> None:
    for n in range(23):
        await log.append(append(f"notes-ü{n % 4}", data(f'{{"n":{n}}}'.encode()), data(b"")))
    events = await log.read_all(0)
    connection = await asyncpg.connect(database.owner_dsn)
    try:
        rows = await connection.fetch(HASHES)
        root = await connection.fetchval(ROOT)
    finally:
        await connection.close()
    assert [row["recomputed"] for row in rows] == [row["hash"] for row in rows]
    assert [row["hash"] for row in rows] == [event.hash for event in events]
    tree = CompactRange()
    for event in events:
        tree.add(leaf_hash(event.hash))
    assert root == tree.root() == naive_root([event.hash for event in events])
