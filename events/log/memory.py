"""Log in memory, for tests of the rules around it; passes the same suite as the real one."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from msgspec.structs import replace

from events.log.codec import encode_metadata
from events.log.limits import append_size
from events.log.lookup.watched import Changed, Watched
from events.log.proof.chain import GENESIS, rows_of
from events.log.recorded import (
    Append,
    AppendResult,
    Bookmark,
    CommandRecord,
    OutboxEntry,
    RecordedEvent,
    Verdict,
)

FIRST_REFERENCE = 1001


class MemoryLog:
    """Keeps everything in lists; one event loop, so every append is alone."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.outbox: list[OutboxEntry] = []
        self._now = now
        self._events: list[RecordedEvent] = []
        self._streams: defaultdict[str, list[RecordedEvent]] = defaultdict(list)
        self._commands: dict[UUID, CommandRecord] = {}
        self._references = count(FIRST_REFERENCE)
        self._clock = datetime.min.replace(tzinfo=UTC)

    async def append(self, request: Append) -> AppendResult:
        """Store the request's events and say how it went."""
        append_size(request, encode_metadata(request.metadata))
        if known := self._commands.get(request.command_id):
            same = (known.request_digest, known.stream) == (request.request_digest, request.stream)
            first = known.answer(Verdict.DUPLICATE if same else Verdict.KEY_REUSED)
            return replace(first, stream=request.stream)
        stream = self._streams[request.stream]
        self._clock = max(self._clock, self._now())  # recorded_at never decreases
        if request.expected_version not in (None, len(stream)):
            return AppendResult(
                verdict=Verdict.CONFLICT,
                stream=request.stream,
                version=len(stream),
                first_position=None,
                last_position=len(self._events),
                hash=None,
                recorded_at=self._clock,
            )
        return self._store(request)

    async def read_stream(self, stream: str, after_version: int = 0) -> list[RecordedEvent]:
        """Return the stream's events above `after_version`."""
        return self._streams[stream][max(after_version, 0) :]

    async def read_about(self, stream: str, word: str) -> list[RecordedEvent]:
        """Return the stream's events whose payload holds the word, and its newest."""
        stored, sought = self._streams[stream], word.encode()
        return [event for event in stored if sought in event.payload or event is stored[-1]]

    async def changed(self, watched: Watched, after_position: int) -> Changed:
        """Return the streams with events of the watched types above `after_position`."""
        stored = await self.read_all(after_position, await self.head())
        streams = dict.fromkeys(one.stream for one in stored if one.type in watched.value)
        return Changed(head=await self.head(), streams=[*streams])

    async def read_since(
        self, streams: Sequence[str], types: Sequence[str]
    ) -> dict[str, list[RecordedEvent]]:
        """Return the events of each stream from the newest of these types on."""
        found: dict[str, list[RecordedEvent]] = {}
        for stream in streams:
            stored = self._streams[stream]
            since = max((event.version for event in stored if event.type in types), default=1)
            found[stream] = stored[since - 1 :]
        return found

    async def read_on(self, bookmarks: Mapping[str, Bookmark]) -> dict[str, list[RecordedEvent]]:
        """Return the events of each stream behind its bookmark."""
        found: dict[str, list[RecordedEvent]] = {}
        for stream, mark in bookmarks.items():
            stored = self._streams[stream]
            if len(stored) < mark.version or stored[mark.version - 1].hash != mark.hash:
                found[stream] = list(stored)
            elif behind := stored[mark.version :]:
                found[stream] = behind
        return found

    async def read_all(self, after_position: int, limit: int = 5000) -> Sequence[RecordedEvent]:
        """Return at most `limit` events above `after_position`."""
        after = max(after_position, 0)
        return self._events[after : after + limit]

    async def opened(self, stored: Sequence[RecordedEvent]) -> list[RecordedEvent]:
        """Return the events as they are: what is only in memory is not sealed."""
        return list(stored)

    async def head(self) -> int:
        """Return the newest position."""
        return len(self._events)

    async def find_command(self, command_id: UUID) -> CommandRecord | None:
        """Return the first answer given to this command, if any."""
        return self._commands.get(command_id)

    @property
    def answered_commands(self) -> tuple[CommandRecord, ...]:
        """Return the first answer to each command, in their order."""
        return tuple(self._commands.values())

    async def next_reference(self) -> int:
        """Return a number nobody was given before."""
        return next(self._references)

    def _store(self, request: Append) -> AppendResult:
        stream = self._streams[request.stream]
        count = len(request.events)
        receipt = AppendResult(
            verdict=Verdict.APPENDED,
            stream=request.stream,
            version=len(stream) + count,
            first_position=len(self._events) + 1 if count else None,
            last_position=len(self._events) + count,
            hash=None,
            recorded_at=self._clock,
        )
        rows = rows_of(request, receipt, stream[-1].hash if stream else GENESIS)
        stream += rows
        self._events += rows
        record = CommandRecord(
            command_id=request.command_id,
            request_digest=request.request_digest,
            stream=request.stream,
            version=receipt.version,
            first_position=receipt.first_position,
            last_position=receipt.last_position,
            hash=rows[-1].hash if rows else None,
            recorded_at=receipt.recorded_at,
        )
        self._commands[request.command_id] = record
        present = {(entry.kind, entry.key) for entry in self.outbox}
        self.outbox += [e for e in request.outbox if (e.kind, e.key) not in present]
        return record.answer(Verdict.APPENDED)
