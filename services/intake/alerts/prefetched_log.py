"""Prefetched log: streams read in one go, so that a storm costs one read, not hundreds.

What was read is as old as any other read: an append that finds its stream changed is refused by
the version it expected, and from then on the stream is read anew.
"""

from collections.abc import Mapping, Sequence
from typing import Self
from uuid import UUID
from weakref import WeakKeyDictionary

from events.log.lookup.shared_reads import SharedReads
from events.log.lookup.watched import Changed, Watched
from events.log.recorded import Append, AppendResult, Bookmark, CommandRecord, RecordedEvent
from events.log.store import Log

type StreamSince = tuple[str, tuple[str, ...]]  # and the types of events that it begins afresh with


class PrefetchedLog:
    """Prefetched log: the streams of one report, and behind them the log."""

    def __init__(
        self, log: Log, types: Sequence[str], read: dict[str, list[RecordedEvent]]
    ) -> None:
        self._log = log
        self._types = types
        self._read = read

    @classmethod
    async def of(cls, log: Log, streams: Sequence[str], types: Sequence[str]) -> Self:
        """Read these streams, each from the newest event of these types on.

        Raises: LogUnavailable.
        """
        asked = [(stream, tuple(types)) for stream in streams]
        reads = _reads.get(log)
        if reads is None:
            reads = _reads[log] = SharedReads(_read)
        found = await reads.answers(log, asked)
        return cls(log, types, {one[0]: found[one] for one in asked})

    async def append(self, request: Append) -> AppendResult:
        """Store the request's events, and forget what was read of their stream."""
        self._read.pop(request.stream, None)
        return await self._log.append(request)

    async def read_stream(self, stream: str, after_version: int = 0) -> list[RecordedEvent]:
        """Return the stream's events above `after_version`."""
        return await self._log.read_stream(stream, after_version)

    async def read_since(
        self, streams: Sequence[str], types: Sequence[str]
    ) -> dict[str, list[RecordedEvent]]:
        """Return the events of each stream, as they were read beforehand if all of them were."""
        if types != self._types or not self._read.keys() >= set(streams):
            return await self._log.read_since(streams, types)
        return {stream: self._read[stream] for stream in streams}

    async def read_on(self, bookmarks: Mapping[str, Bookmark]) -> dict[str, list[RecordedEvent]]:
        """Return the events of each stream behind its bookmark."""
        return await self._log.read_on(bookmarks)

    async def changed(self, watched: Watched, after_position: int) -> Changed:
        """Return the streams with events of the watched types above `after_position`."""
        return await self._log.changed(watched, after_position)

    async def read_about(self, stream: str, word: str) -> list[RecordedEvent]:
        """Return the stream's events whose payload holds the word, and its newest."""
        return await self._log.read_about(stream, word)

    async def read_all(self, after_position: int, limit: int = 5000) -> Sequence[RecordedEvent]:
        """Return at most `limit` events above `after_position`."""
        return await self._log.read_all(after_position, limit)

    async def opened(self, stored: Sequence[RecordedEvent]) -> list[RecordedEvent]:
        """Return stored events ready to be decoded."""
        return await self._log.opened(stored)

    async def head(self) -> int:
        """Return the newest position."""
        return await self._log.head()

    async def find_command(self, command_id: UUID) -> CommandRecord | None:
        """Return the first answer given to this command, if any."""
        return await self._log.find_command(command_id)

    async def next_reference(self) -> int:
        """Return a number nobody was given before."""
        return await self._log.next_reference()


async def _read(log: Log, asked: Sequence[StreamSince]) -> dict[StreamSince, list[RecordedEvent]]:
    found: dict[StreamSince, list[RecordedEvent]] = {}
    for types in dict.fromkeys(types for _, types in asked):
        streams = [stream for stream, since in asked if since == types]
        read = await log.read_since(streams, types)
        found |= {(stream, types): read[stream] for stream in streams}
    return found


_reads: WeakKeyDictionary[Log, SharedReads[Log, StreamSince, list[RecordedEvent]]] = (
    WeakKeyDictionary()
)
