"""A store in message-db's manner: one function call an event, appends serialised by category."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Self
from uuid import uuid4

import asyncpg

from benchmarks.log.samples import EVENT, META
from benchmarks.measuring.loops import Call
from events.ids import IncidentId, incident_stream

SCHEMA: Final = Path(__file__).with_suffix(".sql")
WRITE: Final = "select message_db.write_message($1, $2, $3, $4, $5, -1)"
DATA: Final = EVENT.payload.decode()
METADATA: Final = META.decode()


class MessageDb:
    """One connection for each writer; every stream is in the category `incident`."""

    def __init__(self, connections: list[asyncpg.Connection]) -> None:
        self._connections = connections

    @classmethod
    @asynccontextmanager
    async def open(cls, dsn: str, writers: int) -> AsyncIterator[Self]:
        """Connect and make the schema."""
        connections = [await asyncpg.connect(dsn) for _ in range(writers)]
        await connections[0].execute(SCHEMA.read_text("utf-8"))
        try:
            yield cls(connections)
        finally:
            for connection in connections:
                await connection.close()

    def writers(self, number: int) -> list[Call]:
        """Return that many writers."""
        return [writer(connection) for connection in self._connections[:number]]


def writer(connection: asyncpg.Connection) -> Call:
    """Return a writer on its own connection."""

    async def write() -> object:
        stream = incident_stream(IncidentId(uuid4()))
        return await connection.fetchval(WRITE, uuid4(), stream, EVENT.type, DATA, METADATA)

    return write
