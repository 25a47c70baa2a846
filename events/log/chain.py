"""The hash of an event and the check of a chain. Byte layout: docs/log-format.md."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

from events.log.codec import encode_metadata
from events.log.recorded import Append, AppendResult, RecordedEvent

GENESIS = bytes(32)  # what the first event of a stream follows
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def event_id(command_id: UUID, index: int) -> UUID:
    """Return the id of a command's n-th event, counted from 0: the same for every retry."""
    return uuid5(command_id, str(index))


def event_hash(previous: bytes, event: RecordedEvent) -> bytes:
    """Return the hash that binds everything the row says to the event before it in its stream."""
    content = sha256(
        b"\x00"
        + event.schema_version.to_bytes(4, "big")
        + sha256(event.type.encode()).digest()
        + sha256(event.payload).digest()
        + sha256(event.meta).digest()
    ).digest()
    recorded_us = (event.recorded_at - EPOCH) // timedelta(microseconds=1)
    return sha256(
        b"\x01"
        + previous
        + sha256(event.stream.encode()).digest()
        + event.version.to_bytes(8, "big")
        + event.position.to_bytes(8, "big")
        + event.event_id.bytes
        + event.command_id.bytes
        + recorded_us.to_bytes(8, "big", signed=True)
        + content
    ).digest()


def rows_of(request: Append, result: AppendResult, previous: bytes) -> list[RecordedEvent]:
    """Return the rows that an accepted append made, from its request and its receipt."""
    meta = encode_metadata(request.metadata)
    rows: list[RecordedEvent] = []
    for index, data in enumerate(request.events):
        before_the_end = len(request.events) - 1 - index
        draft = RecordedEvent(
            position=result.last_position - before_the_end,
            stream=request.stream,
            version=result.version - before_the_end,
            event_id=event_id(request.command_id, index),
            command_id=request.command_id,
            type=data.type,
            schema_version=data.schema_version,
            recorded_at=result.recorded_at,
            payload=data.payload,
            meta=meta,
            hash=b"",
        )
        rows.append(replace(draft, hash=event_hash(previous, draft)))
        previous = rows[-1].hash
    return rows


class ChainCheck:
    """Reads the whole log from position 1 and says what is wrong with it."""

    def __init__(self) -> None:
        self.events = 0
        self._heads: dict[str, tuple[int, bytes]] = {}
        self._recorded_at = EPOCH

    def faults(self, events: Iterable[RecordedEvent]) -> Iterable[str]:
        """Yield one sentence for each fault in the next events of the log."""
        for event in events:
            yield from self._faults_of(event)

    def _faults_of(self, event: RecordedEvent) -> Iterable[str]:
        self.events += 1
        where = f"position {event.position} ({event.stream} version {event.version})"
        if event.position != self.events:
            yield f"{where}: position {self.events} is missing or out of place"
            self.events = event.position
        version, previous = self._heads.get(event.stream, (0, GENESIS))
        if event.version != version + 1:
            yield f"{where}: version {version + 1} of the stream is missing or out of place"
        if event_hash(previous, event) != event.hash:
            yield f"{where}: its content does not match its hash"
        if event.recorded_at < self._recorded_at:
            yield f"{where}: recorded before the event ahead of it"
        self._heads[event.stream] = (event.version, event.hash)
        self._recorded_at = event.recorded_at
