"""One event as a line of an export: every byte that its hash is made of. docs/log-format.md."""

import base64
from datetime import datetime
from uuid import UUID

import msgspec

from events.log.recorded import RecordedEvent


class LineUnreadable(Exception):
    """A line of an export is no event."""


class EventLine(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The members of a line. Payload and metadata are text, so that not a byte of them is lost."""

    position: int
    stream: str
    version: int
    event_id: UUID
    command_id: UUID
    type: str
    schema_version: int
    recorded_at: datetime
    hash: str
    payload: str | None = None
    meta: str | None = None
    payload_base64: str | None = None  # where the bytes are no UTF-8
    meta_base64: str | None = None


_DECODER = msgspec.json.Decoder(EventLine)
_ENCODER = msgspec.json.Encoder()


def line_of(event: RecordedEvent) -> bytes:
    """Return the event as a line, with its end."""
    payload, payload_base64 = _text(event.payload)
    meta, meta_base64 = _text(event.meta)
    line = EventLine(
        position=event.position,
        stream=event.stream,
        version=event.version,
        event_id=event.event_id,
        command_id=event.command_id,
        type=event.type,
        schema_version=event.schema_version,
        recorded_at=event.recorded_at,
        hash=event.hash.hex(),
        payload=payload,
        meta=meta,
        payload_base64=payload_base64,
        meta_base64=meta_base64,
    )
    return _ENCODER.encode(line) + b"\n"


def event_in(line: bytes) -> RecordedEvent:
    """Return the row that a line holds.

    Raises: LineUnreadable.
    """
    try:
        read = _DECODER.decode(line)
        if read.recorded_at.tzinfo is None:
            raise LineUnreadable("its time has no zone")
        return RecordedEvent(
            position=read.position,
            stream=read.stream,
            version=read.version,
            event_id=read.event_id,
            command_id=read.command_id,
            type=read.type,
            schema_version=read.schema_version,
            recorded_at=read.recorded_at,
            payload=_bytes(read.payload, read.payload_base64),
            meta=_bytes(read.meta, read.meta_base64),
            hash=bytes.fromhex(read.hash),
        )
    except (msgspec.MsgspecError, ValueError) as fault:
        raise LineUnreadable(str(fault)) from fault


def _text(value: bytes) -> tuple[str | None, str | None]:
    try:
        return value.decode(), None
    except UnicodeDecodeError:
        return None, base64.b64encode(value).decode()


def _bytes(text: str | None, encoded: str | None) -> bytes:
    if text is not None:
        return text.encode()
    if encoded is None:
        raise LineUnreadable("a value is missing")
    return base64.b64decode(encoded, validate=True)
