"""A verifier that shares nothing with ours: PostgreSQL's sha256() over docs/log-format.md."""

import asyncpg
import pytest

from events.log.postgres import PostgresLog
from events.log.proof.merkle import CompactRange, leaf_hash
from tests.events.log.requests import append, data, send_a_wrong_event_id
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


# SHA-1 of a UUID and one or two digits, which is one block (FIPS 180-4); PostgreSQL has none.
EVENT_ID = """
create function pg_temp.rotated(word bigint, by integer) returns bigint language sql immutable
return ((word << by) | (word >> (32 - by))) & 4294967295;
create function pg_temp.event_id(command_id uuid, place integer) returns uuid
language plpgsql immutable as $$
declare
    name bytea := uuid_send(command_id) || convert_to(place::text, 'UTF8');
    block bytea := name || '\\x80'::bytea || decode(repeat('00', 55 - octet_length(name)), 'hex')
        || int8send(octet_length(name) * 8);
    w bigint[];
    h bigint[] := '{1732584193,4023233417,2562383102,271733878,3285377520}';
    a bigint[] := h;
    f bigint;
    k bigint;
    id bytea;
begin
    for t in 0 .. 15 loop
        w[t] := ('x' || encode(substr(block, 4 * t + 1, 4), 'hex'))::bit(32)::bigint;
    end loop;
    for t in 16 .. 79 loop
        w[t] := pg_temp.rotated(w[t - 3] # w[t - 8] # w[t - 14] # w[t - 16], 1);
    end loop;
    for t in 0 .. 79 loop
        f := case when t < 20 then (a[2] & a[3]) | (~a[2] & a[4])
            when t < 40 or t >= 60 then a[2] # a[3] # a[4]
            else (a[2] & a[3]) | (a[2] & a[4]) | (a[3] & a[4]) end;
        k := (array[1518500249, 1859775393, 2400959708, 3395469782])[t / 20 + 1];
        a := array[
            (pg_temp.rotated(a[1], 5) + f + a[5] + k + w[t]) & 4294967295,
            a[1], pg_temp.rotated(a[2], 30), a[3], a[4]
        ];
    end loop;
    for t in 1 .. 4 loop
        id := coalesce(id, '') || substr(int8send((h[t] + a[t]) & 4294967295), 5);
    end loop;
    id := set_byte(set_byte(id, 6, get_byte(id, 6) & 15 | 80), 8, get_byte(id, 8) & 63 | 128);
    return encode(id, 'hex')::uuid;
end $$;
"""
# The events of a command follow one another, so that their places in it are counted.
WRONG_IDS = """
select position from (
    select position, event_id, command_id,
        row_number() over (partition by command_id order by position) - 1 as place
    from es.event
) counted
where event_id <> pg_temp.event_id(command_id, place::integer) order by position
"""


async def test_sql_alone_finds_the_event_whose_id_is_not_its_commands(
    log: PostgresLog, database: Database
) -> None:
    await log.append(append("notes-1", *(data(),) * 12))
    await log.append(append("notes-2", data()))
    connection = await asyncpg.connect(database.owner_dsn)
    try:
        await connection.execute(EVENT_ID)
        assert await connection.fetch(WRONG_IDS) == []
        await send_a_wrong_event_id(database)
        assert [row["position"] for row in await connection.fetch(WRONG_IDS)] == [14]
    finally:
        await connection.close()


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
