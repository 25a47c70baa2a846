"""A plain table and one INSERT for each event: what PostgreSQL costs before any event store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self
from uuid import uuid4

import asyncpg

from benchmarks.log.samples import EVENT, META
from benchmarks.measuring.loops import Call
from events.ids import IncidentId, incident_stream

# Plain: nothing but a primary key. Keyed: it refuses a second event of the same version or id, as
# every event table must. Neither keeps order, chains hashes or remembers commands.
TABLE: Final = """
create table {table} (
    position bigint generated always as identity primary key,
    stream text not null,
    version bigint not null,
    event_id uuid not null,
    type text not null,
    recorded_at timestamptz not null default now(),
    payload bytea not null,
    meta bytea not null{keys}
)
"""
KEYS: Final = ", unique (stream, version), unique (event_id)"
INSERT: Final = """
insert into {table} (stream, version, event_id, type, payload, meta)
values ($1, 1, $2, $3, $4, $5)
"""


class BareInsert:
    """One connection for each writer, each statement prepared once."""

    def __init__(self, connections: list[asyncpg.Connection], table: str) -> None:
        self._connections = connections
        self._insert = INSERT.format(table=table)

    @classmethod
    @asynccontextmanager
    async def open(cls, dsn: str, writers: int, *, keyed: bool = False) -> AsyncIterator[Self]:
        """Connect and make the table."""
        table = "keyed_event" if keyed else "bare_event"
        connections = [await asyncpg.connect(dsn) for _ in range(writers)]
        await connections[0].execute(TABLE.format(table=table, keys=KEYS if keyed else ""))
        try:
            yield cls(connections, table)
        finally:
            for connection in connections:
                await connection.close()

    def writers(self, number: int) -> list[Call]:
        """Return that many writers."""
        return [writer(connection, self._insert) for connection in self._connections[:number]]


def writer(connection: asyncpg.Connection, insert: str) -> Call:
    """Return a writer on its own connection."""

    async def write() -> object:
        stream = incident_stream(IncidentId(uuid4()))
        return await connection.execute(insert, stream, uuid4(), EVENT.type, EVENT.payload, META)

    return write
