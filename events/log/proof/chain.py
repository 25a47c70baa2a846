"""Hash chain: the hash of an event, and the check of a chain. Layout: docs/log-format.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha1, sha256
from struct import Struct
from typing import Protocol
from uuid import UUID

import msgspec

from events.log.codec import encode_metadata
from events.log.recorded import Append, AppendResult, RecordedEvent

GENESIS = bytes(32)  # what the first event of a stream follows
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CONTENT = Struct(">Bi32s32s32s")
ROW = Struct(">B32s32sqq16s16sq32s")
NO_HEAD = (0, GENESIS)  # of a stream before its first event
NO_COMMAND = UUID(int=0)
# Of a UUID, RFC 9562: version 5 in bits 48 to 51, the variant in bits 64 and 65.
VERSION_5 = 0x5 << 76 | 0b10 << 62
FREE_BITS = ~(0xF << 76 | 0b11 << 62)


class Row(Protocol):
    """A row of the log, wherever it was read."""

    @property
    def position(self) -> int: ...  # noqa: D102

    @property
    def stream(self) -> str: ...  # noqa: D102

    @property
    def version(self) -> int: ...  # noqa: D102

    @property
    def event_id(self) -> UUID: ...  # noqa: D102

    @property
    def command_id(self) -> UUID: ...  # noqa: D102

    @property
    def type(self) -> str: ...  # noqa: D102

    @property
    def schema_version(self) -> int: ...  # noqa: D102

    @property
    def recorded_at(self) -> datetime: ...  # noqa: D102

    @property
    def payload(self) -> bytes: ...  # noqa: D102

    @property
    def meta(self) -> bytes: ...  # noqa: D102

    @property
    def hash(self) -> bytes: ...  # noqa: D102


def event_id(command_id: UUID, index: int) -> UUID:
    """Return the id of a command's n-th event, counted from 0: the same for every retry.

    It is uuid5(command_id, str(index)), in half the time.
    """
    digest = sha1(command_id.bytes + b"%d" % index, usedforsecurity=False).digest()
    return UUID(int=int.from_bytes(digest[:16]) & FREE_BITS | VERSION_5)


def event_hash(previous: bytes, event: Row) -> bytes:
    """Return the hash that binds everything the row says to the event before it in its stream."""
    content = sha256(
        CONTENT.pack(
            0,
            event.schema_version,
            digest_of(event.type),
            sha256(event.payload).digest(),
            sha256(event.meta).digest(),
        )
    ).digest()
    since = event.recorded_at - EPOCH
    return sha256(
        ROW.pack(
            1,
            previous,
            digest_of(event.stream),
            event.version,
            event.position,
            event.event_id.bytes,
            event.command_id.bytes,
            (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds,
            content,
        )
    ).digest()


@lru_cache(maxsize=4096)
def digest_of(name: str) -> bytes:
    """Return the digest of a type or a stream; the same ones come again and again."""
    return sha256(name.encode()).digest()


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
        rows.append(msgspec.structs.replace(draft, hash=event_hash(previous, draft)))
        previous = rows[-1].hash
    return rows


class FaultKind(StrEnum):
    """What gave a change away."""

    POSITION = "position"  # missing, repeated or out of place
    VERSION = "version"  # the same, in its stream
    CHAIN = "chain"  # the content does not lead to the hash
    EVENT_ID = "event_id"  # not the one that its command and its place in it make
    TIME = "time"  # recorded before the event ahead of it
    ROOT = "root"  # the tree is not the one that was signed
    SIZE = "size"  # fewer events than were signed
    SIGNATURE = "signature"  # a checkpoint that nobody known has signed
    PROOF = "proof"  # an event that is not proved to be in the tree
    RECEIPT = "receipt"  # not what somebody was answered
    EXPORT = "export"  # a file of the export is not as it was written, or does not belong to it
    TRUSTED = "trusted"  # not what was exported or published earlier
    IDENTITY = "identity"  # another incident than the one that was asked for
    STREAM = "stream"  # one that belongs to the incident is missing, or one that does not is here
    ATTACHMENT = "attachment"  # a file's bytes are not those that the log has the hash of


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, and where."""

    kind: FaultKind
    sentence: str
    position: int | None = None  # None: of no one event


class ChainCheck:
    """Reads the log from position 1, or some whole streams of it, and says what is wrong."""

    def __init__(self, *, whole: bool = True) -> None:
        self.events = 0
        self.position = 0
        self._whole = whole
        self._heads: dict[str, tuple[int, bytes]] = {}
        self._recorded_at = EPOCH
        self._command = (NO_COMMAND, -1)  # of the event before, and the event's place in it

    @property
    def streams(self) -> int:
        """Return how many streams were seen."""
        return len(self._heads)

    def head_of(self, stream: str) -> tuple[int, bytes]:
        """Return the version and the hash of the last event of a stream that was seen."""
        return self._heads.get(stream, NO_HEAD)

    def faults(self, events: Iterable[Row]) -> Iterable[str]:
        """Yield one sentence for each fault in the next events of the log."""
        for event in events:
            for fault in self.faults_of(event):
                yield fault.sentence

    def faults_of(self, event: Row) -> list[Fault]:
        """Return what is wrong with the next event."""
        found: list[tuple[FaultKind, str]] = []
        version, previous = self._heads.get(event.stream, NO_HEAD)
        if event.position != self.position + 1 and (self._whole or event.position <= self.position):
            words = f"position {self.position + 1} is missing or out of place"
            found.append((FaultKind.POSITION, words))
        if event.version != version + 1:
            words = f"version {version + 1} of the stream is missing or out of place"
            found.append((FaultKind.VERSION, words))
        if event_hash(previous, event) != event.hash:
            found.append((FaultKind.CHAIN, "its content does not match its hash"))
        command, place = self._command  # the events of a command follow one another
        place = place + 1 if event.command_id == command else 0
        if event.event_id != event_id(event.command_id, place):
            found.append((FaultKind.EVENT_ID, "its id is not the one that its command makes"))
        if event.recorded_at < self._recorded_at:
            found.append((FaultKind.TIME, "recorded before the event ahead of it"))
        self.events += 1
        self.position = event.position
        self._heads[event.stream] = (event.version, event.hash)
        self._recorded_at = event.recorded_at
        self._command = (event.command_id, place)
        if not found:
            return []
        where = f"position {event.position} ({event.stream} version {event.version})"
        return [
            Fault(kind=kind, sentence=f"{where}: {words}", position=event.position)
            for kind, words in found
        ]
