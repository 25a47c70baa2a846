"""What somebody with every right over the database can do to a log. Each is one SQL text."""

import asyncpg

from events.log.proof.merkle import CompactRange, leaf_hash
from tests.servers import Database

# A superuser first takes away what protects the tables.
UNPROTECTED = """
set session_replication_role = replica;
alter table es.event disable trigger user;
alter table es.tree_head disable trigger user;
alter table es.tree_block disable trigger user;
alter table es.notary_key disable trigger user;
"""

# Recompute every hash, stream by stream, so that each chain holds again.
RECHAIN = """
do $$
declare
    e record;
    previous bytea;
begin
    for e in select * from es.event order by position loop
        select hash into previous from es.event
            where stream = e.stream and version = e.version - 1;
        update es.event set hash = es.event_hash(
            coalesce(previous, decode(repeat('00', 32), 'hex')), e.stream, e.version, e.position,
            e.event_id, e.command_id, (extract(epoch from e.recorded_at) * 1000000)::bigint,
            e.schema_version, e.type, e.payload, e.meta
        ) where position = e.position;
    end loop;
end $$;
"""
RENUMBER = """
update es.event e set position = 1000000 + n.place
from (select position, row_number() over (order by position) as place from es.event) n
where n.position = e.position;
update es.event set position = position - 1000000;
"""
PAYLOAD = (
    "update es.event set payload = convert_to(replace(convert_from(payload, 'UTF8'),"
    " 'Checkout', 'Something'), 'UTF8') where position = 3;"
)
OWN_HASH = """
update es.event e set hash = es.event_hash(
    coalesce((select hash from es.event p where p.stream = e.stream and p.version = e.version - 1),
        decode(repeat('00', 32), 'hex')),
    e.stream, e.version, e.position, e.event_id, e.command_id,
    (extract(epoch from e.recorded_at) * 1000000)::bigint, e.schema_version, e.type, e.payload,
    e.meta
) where position = 3;
"""
BACKDATE = "update es.event set recorded_at = recorded_at - interval '1 day' where position = 12;"
DELETE_ONE = "delete from es.event where position = 12;"
DELETE_TAIL = """
delete from es.event where stream = (select stream from es.event where position = 3)
    and version > 5;
"""
SWAP = """
create temp table pair as select position, recorded_at from es.event where position in (10, 11);
update es.event set position = 1000000 where position = 10;
update es.event set position = 10 where position = 11;
update es.event set position = 11 where position = 1000000;
update es.event e set recorded_at = p.recorded_at from pair p where p.position = e.position;
"""
TRUNCATE_BELOW = "delete from es.event where position > (select max(size) - 3 from es.tree_head);"
TRUNCATE_ABOVE = "delete from es.event where position > (select max(size) from es.tree_head);"
FORGET_OLDER_HEADS = "delete from es.tree_head where size < (select max(size) from es.tree_head);"
PUT_BACK = """
delete from es.event where position > (select min(size) from es.tree_head);
delete from es.tree_head where size > (select min(size) from es.tree_head);
"""
FORGET_HEADS = "delete from es.tree_head; delete from es.tree_block; delete from es.notary_key;"


async def forge_frontier(database: Database) -> None:
    """Put the frontier of the log as it is now under the heads that were signed."""
    connection = await asyncpg.connect(database.owner_dsn)
    try:
        newest = await connection.fetchval("select max(size) from es.tree_head")
        tree = CompactRange()
        for row in await connection.fetch(
            "select hash from es.event where position <= $1 order by position", newest
        ):
            tree.add(leaf_hash(row["hash"]))
        await connection.execute(UNPROTECTED)
        await connection.execute(
            "update es.tree_head set frontier = $1 where size = $2", tree.nodes, newest
        )
    finally:
        await connection.close()


def key_row(verifier: str) -> str:
    """Return what names a key in the database as one that has signed."""
    return (
        f"insert into es.notary_key (verifier_key, first_used_at) values ('{verifier}', 'epoch');"
    )


async def tamper(database: Database, *steps: str) -> None:
    """Do it as a superuser, over whatever stands in the way."""
    connection = await asyncpg.connect(database.owner_dsn)
    try:
        for step in (UNPROTECTED, *steps):
            await connection.execute(step)
    finally:
        await connection.close()
