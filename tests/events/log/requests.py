"""Appends as the log's tests write them."""

import hashlib
from uuid import UUID, uuid4

from events.log.recorded import Append, EventData, Metadata, OutboxEntry

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
