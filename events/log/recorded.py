"""Log records: what an append takes and what a read returns, as plain values.

What every append makes is a struct: one is made in a tenth of a dataclass's time.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final
from uuid import UUID

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Who caused an event and through what; stored beside it and bound into its hash."""

    principal: str  # "api_key:…", "responder:…", "workflow:…", "integration:…"
    via: str = "api"  # api, workflow, relay, fallback, cli
    on_behalf_of: str | None = None  # the responder an API key acted for
    correlation_id: str | None = None  # request or trace id
    causation_id: str | None = None  # command or event that led here


class EventData(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event ready to be stored: its wire name, version and canonical JSON bytes (RFC 8785)."""

    type: str
    schema_version: int
    payload: bytes


class OutboxEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Work for the relay, committed with the events that ask for it."""

    kind: str  # "start_incident_workflow", …
    key: str  # idempotency key; a second entry with the same kind and key is dropped
    body: bytes  # JSON


NO_STREAM = 0


class Append(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One request to append: all its events or none, to one stream.

    `expected_version`: exact n, 0 = the stream must not exist, None = any.
    `request_digest`: SHA-256 of what the caller asked for (not of times the server chose), so that
    a command id used again for something else is found out. Zero events is allowed: the command is
    remembered all the same.
    """

    stream: str
    command_id: UUID
    request_digest: bytes
    expected_version: int | None
    events: tuple[EventData, ...]
    metadata: Metadata
    outbox: tuple[OutboxEntry, ...] = ()


class Verdict(IntEnum):
    """How the log answered one append."""

    APPENDED = 0
    DUPLICATE = 1  # this command was stored before: the first answer again
    CONFLICT = 2  # the stream is not at the expected version: nothing stored
    KEY_REUSED = 3  # this command id was used for another request: nothing stored


class AppendResult(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The log's answer, and a receipt: position and hash can be checked against the log later.

    For a command without events, `first_position` is None and `last_position` is the head it saw.
    """

    verdict: Verdict
    stream: str
    version: (
        int  # of the stream: after the append, at the first answer, or the actual one (conflict)
    )
    first_position: int | None
    last_position: int
    hash: bytes | None  # of the last event appended, None without events
    recorded_at: datetime


class RecordedEvent(msgspec.Struct, frozen=True, gc=False):
    """One row of the log, bytes as stored."""

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

    def __repr__(self) -> str:
        """Show where it stands, and nothing of what may be private."""
        return f"RecordedEvent({self.position}, {self.stream}, {self.version}, {self.type})"

    def holding[Event](self, event: Event, metadata: Metadata) -> "Recorded[Event]":
        """Return the event decoded, in this one's place."""
        return Recorded(
            self.position,
            self.stream,
            self.version,
            self.event_id,
            self.command_id,
            event,
            metadata,
            self.recorded_at,
            self.hash,
        )


class Bookmark(msgspec.Struct, frozen=True, gc=False):
    """Where a reader of a stream stopped; the hash stands for every event up to there."""

    version: int
    hash: bytes

    @classmethod
    def behind(cls, event: RecordedEvent) -> "Bookmark":
        """Return where a reader stopped whose last event was this one."""
        return cls(event.version, event.hash)


# What a query of the log selects: a row is then `RecordedEvent(*row)`.
COLUMNS: Final = ", ".join(RecordedEvent.__struct_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent:
    """An event of a type this process does not know, kept as it was read."""

    type: str
    schema_version: int
    payload: bytes


class Recorded[Event](msgspec.Struct, frozen=True, gc=False):
    """An event in its place in the log."""

    position: int
    stream: str
    version: int
    event_id: UUID
    command_id: UUID
    event: Event
    metadata: Metadata
    recorded_at: datetime
    hash: bytes

    def __repr__(self) -> str:
        """Show the event and where it stands."""
        return f"Recorded({self.position}, {self.stream}, {self.version}, {self.event!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord:
    """What the log remembers of a command it has answered."""

    command_id: UUID
    request_digest: bytes
    stream: str
    version: int
    first_position: int | None
    last_position: int
    hash: bytes | None
    recorded_at: datetime

    def answer(self, verdict: Verdict) -> AppendResult:
        """Return the record as an answer to the command."""
        return AppendResult(
            verdict=verdict,
            stream=self.stream,
            version=self.version,
            first_position=self.first_position,
            last_position=self.last_position,
            hash=self.hash,
            recorded_at=self.recorded_at,
        )
