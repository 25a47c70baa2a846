"""Envelope: a message as it is kept: its body and headers, without secrets, in little room."""

import os
import zlib
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec

from events.log.intake.arrivals import BODY_KEPT, Message, arrival_id_at
from services.api.intake.keeping.redaction import kept_headers, kept_query, redacted
from services.intake.arrival import Arrival, Sender

_FAST: Final = 1  # the compression that costs least
_SMALL: Final = 2_048  # bytes: to set a whole window up for them costs more than to compress them
_SMALL_WINDOW: Final = 11  # bits: 2 KiB
_SMALL_MEMORY: Final = 4  # of 9


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a message for people to read, and to take it once more."""

    body: bytes
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    named: dict[str, str] = {}  # by its path
    idempotency_key: str | None = None
    redactions: int = 0

    def arrival(self, sender: Sender, at: datetime) -> Arrival:
        """Return what a source may go by, as it was when the message came."""
        return Arrival(
            sender=sender,
            at=at,
            idempotency_key=self.idempotency_key,
            named=self.named,
            query=self.query,
            headers=self.headers,
        )


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Envelope)


class Body:
    """A body as it comes in: its beginning, its size and its digest."""

    def __init__(self) -> None:
        self.size = 0
        self._digest = sha256()
        self._beginning = bytearray()
        self.in_clear: bytes | None = None  # where it came wrapped up

    def feed(self, part: bytes) -> None:
        """Take the next bytes."""
        self.size += len(part)
        self._digest.update(part)
        if len(self._beginning) < BODY_KEPT:
            self._beginning += part[: BODY_KEPT - len(self._beginning)]

    @property
    def beginning(self) -> bytes:
        """Return as much as is kept."""
        return bytes(self._beginning)

    @property
    def text(self) -> bytes:
        """Return what is kept of it, before secrets are blacked out."""
        return self.beginning if self.in_clear is None else self.in_clear[:BODY_KEPT]

    @property
    def sha256(self) -> bytes:
        """Return the digest of the whole."""
        return self._digest.digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a message repeats that was kept before."""

    of: UUID
    key: str


def message_of(
    arrival: Arrival, body: Body, source: str, correlation_id: str, replay: Replay | None = None
) -> tuple[Message, Envelope]:
    """Return a message ready to be kept, with its secrets blacked out."""
    text, redactions = redacted(body.text)
    envelope = Envelope(
        body=text,
        headers=kept_headers(arrival.headers),
        query=kept_query(arrival.query),
        named=dict(arrival.named),
        idempotency_key=arrival.idempotency_key,
        redactions=redactions,
    )
    message = Message(
        arrival_id=arrival_id_at(arrival.at, os.urandom(10)),
        at=arrival.at,
        integration_id=arrival.sender.integration_id,
        source=source,
        size=body.size,
        kept=len(body.beginning),
        sha256=body.sha256,
        content=_compressed(_encoder.encode(envelope)),
        correlation_id=correlation_id,
        replay_of=replay.of if replay else None,
        replay_key=replay.key if replay else None,
    )
    return message, envelope


def _compressed(text: bytes) -> bytes:
    if len(text) > _SMALL:
        return zlib.compress(text, _FAST)
    small = zlib.compressobj(_FAST, zlib.DEFLATED, _SMALL_WINDOW, _SMALL_MEMORY)
    return small.compress(text) + small.flush()


def opened(content: bytes) -> Envelope:
    """Return what was kept."""
    return _decoder.decode(zlib.decompress(content))
