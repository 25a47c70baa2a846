"""Export line: one event with every byte its hash is made of. Layout: docs/log-format.md."""

import base64
import json
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from events.log.proof.chain import Row

type Counted = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
type Numbered = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


# Of a line's 11 names and 6 texts; what payload and metadata hold is counted apart.
_QUOTES = 2 * (11 + 6)
_NOTHING = msgspec.Raw()  # this very object is left out of a line


class LineUnreadable(Exception):
    """A line of an export is no event."""


class EventLine(
    msgspec.Struct, frozen=True, omit_defaults=True, gc=False, forbid_unknown_fields=True
):
    """The members of a line. Payload and metadata stand in it byte for byte as they were hashed."""

    position: Counted
    stream: str
    version: Counted
    event_id: UUID
    command_id: UUID
    type: str
    schema_version: Numbered
    recorded_at: datetime
    hash: str
    payload: msgspec.Raw = _NOTHING
    meta: msgspec.Raw = _NOTHING
    payload_base64: str | None = None  # instead, where the bytes are no JSON on one line
    meta_base64: str | None = None


class ExportedEvent(msgspec.Struct, frozen=True, gc=False):
    """A row of the log as an export holds it; made in a third of a dataclass's time."""

    position: int
    stream: str
    version: int
    event_id: UUID
    command_id: UUID
    type: str
    schema_version: int
    recorded_at: datetime
    payload: bytes
    meta: bytes
    hash: bytes


_RAW = msgspec.json.Decoder(msgspec.Raw)
_DECODER = msgspec.json.Decoder(EventLine)
_ENCODER = msgspec.json.Encoder()


def line_of(event: Row) -> bytes:
    """Return the event as a line, with its end."""
    payload, payload_base64 = _embedded(event.payload)
    meta, meta_base64 = _embedded(event.meta)
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


def event_in(line: bytes) -> ExportedEvent:
    """Return the row that a line holds.

    Raises: LineUnreadable.
    """
    try:
        read = _DECODER.decode(line)
        if read.recorded_at.tzinfo is None:
            raise LineUnreadable("its time has no zone")
        payload, meta = bytes(read.payload), bytes(read.meta)
        if line.count(b'"') - payload.count(b'"') - meta.count(b'"') != _QUOTES:
            require_single_members(line)
        return ExportedEvent(
            read.position,
            read.stream,
            read.version,
            read.event_id,
            read.command_id,
            read.type,
            read.schema_version,
            read.recorded_at,
            _bytes(payload, read.payload_base64),
            _bytes(meta, read.meta_base64),
            bytes.fromhex(read.hash),
        )
    except (msgspec.MsgspecError, ValueError) as fault:
        raise LineUnreadable(str(fault)) from fault


def _embedded(value: bytes) -> tuple[msgspec.Raw, str | None]:
    if _stands_alone(value):
        return msgspec.Raw(value), None
    return _NOTHING, base64.b64encode(value).decode()


def _stands_alone(value: bytes) -> bool:
    """Say whether a reader of the line gets back these very bytes."""
    try:
        value.decode()
        read = _RAW.decode(value)
    except (UnicodeDecodeError, msgspec.MsgspecError):
        return False
    return bytes(read) == value and b"\n" not in value and b"\r" not in value


def _bytes(value: bytes, encoded: str | None) -> bytes:
    if (encoded is None) != bool(value):
        raise LineUnreadable("a value is missing, or given twice")
    return value if encoded is None else base64.b64decode(encoded, validate=True)


def require_single_members(line: bytes) -> None:
    """Refuse an object that names a member twice: of two readers each may take another one.

    Objects inside of it are not looked at; payload and metadata are hashed as they are.
    Raises: LineUnreadable.
    """
    names: list[str] = []

    def seen(pairs: list[tuple[str, object]]) -> None:
        names[:] = [name for name, _ in pairs]  # the outermost object comes last

    try:
        json.loads(line, object_pairs_hook=seen)
    except (ValueError, RecursionError) as fault:
        raise LineUnreadable(f"it cannot be read everywhere: {fault}") from fault
    for name in names:
        if names.count(name) > 1:
            raise LineUnreadable(f"the member {name} stands in it twice")
