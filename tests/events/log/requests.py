"""Appends as the log's tests write them."""

import hashlib
from uuid import UUID, uuid4

import asyncpg

from events.log.append_statements import EACH
from events.log.recorded import Append, EventData, Metadata, OutboxEntry
from tests.servers import Database

METADATA = Metadata(principal="responder:ada", correlation_id="request-1")
DIGEST = hashlib.sha256(b"the request").digest()
OTHER_DIGEST = hashlib.sha256(b"another request").digest()


def data(payload: bytes = b'{"note":"hello"}', type_: str = "note.added") -> EventData:
    return EventData(type=type_, schema_version=1, payload=payload)


def append(
    stream: str = "notes-1",
    *events: EventData,
    expected: int | None = None,
    command_id: UUID | None = None,
    digest: bytes = DIGEST,
    outbox: tuple[OutboxEntry, ...] = (),
) -> Append:
    return Append(
        stream=stream,
        command_id=command_id or uuid4(),
        request_digest=digest,
        expected_version=expected,
        events=events,
        metadata=METADATA,
        outbox=outbox,
    )


async def send_a_wrong_event_id(database: Database) -> None:
    """Append an event as a process with a fault does: its id is not the one its command makes."""
    request = (uuid4(), "notes-wrong", DIGEST, 0, b"{}", uuid4(), "note.added", 1, b"{}")
    connection = await asyncpg.connect(database.app_dsn)
    try:
        assert await connection.fetch(EACH, [request])
    finally:
        await connection.close()
