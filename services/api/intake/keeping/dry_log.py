"""Dry log: reads what is stored, and keeps what is appended to itself. Nothing of it happens."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from events.log.lookup.watched import Changed, Watched
from events.log.memory import MemoryLog
from events.log.queues.inbox import Inbox, InboxEntry
from events.log.queues.memory_inbox import MemoryInbox
from events.log.recorded import Append, AppendResult, Bookmark, CommandRecord, RecordedEvent
from events.log.store import Log


class DryLog(MemoryLog):
    """Each stream is copied when it is first asked for, and goes on from there."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log
        self._copied: set[str] = set()

    async def _copy(self, *streams: str) -> None:
        for stream in streams:
            if stream not in self._copied:
                stored = await self._log.read_stream(stream)
                if stream not in self._copied:  # by nobody else meanwhile
                    self._streams[stream] = stored
                    self._copied.add(stream)

    async def append(self, request: Append) -> AppendResult:
        """Keep the request's events here and say how it would go."""
        await self._copy(request.stream)
        await self.find_command(request.command_id)
        return await super().append(request)

    async def read_stream(self, stream: str, after_version: int = 0) -> list[RecordedEvent]:
        """Return the stream's events above `after_version`."""
        await self._copy(stream)
        return await super().read_stream(stream, after_version)

    async def changed(self, watched: Watched, after_position: int) -> Changed:
        """Return the streams with events of the watched types above `after_position`."""
        return await self._log.changed(watched, after_position)

    async def read_about(self, stream: str, word: str) -> list[RecordedEvent]:
        """Return the stream's events whose payload holds the word, and its newest."""
        await self._copy(stream)
        return await super().read_about(stream, word)

    async def read_since(
        self, streams: Sequence[str], types: Sequence[str]
    ) -> dict[str, list[RecordedEvent]]:
        """Return the events of each stream from the newest of these types on."""
        await self._copy(*streams)
        return await super().read_since(streams, types)

    async def read_on(self, bookmarks: Mapping[str, Bookmark]) -> dict[str, list[RecordedEvent]]:
        """Return the events of each stream behind its bookmark."""
        await self._copy(*bookmarks)
        return await super().read_on(bookmarks)

    async def read_all(self, after_position: int, limit: int = 5000) -> Sequence[RecordedEvent]:
        """Return what is stored: what is only here has no place in the one order."""
        return await self._log.read_all(after_position, limit)

    async def opened(self, stored: Sequence[RecordedEvent]) -> list[RecordedEvent]:
        """Return events ready to be decoded."""
        return await self._log.opened(stored)

    async def head(self) -> int:
        """Return the newest position that is stored."""
        return await self._log.head()

    async def find_command(self, command_id: UUID) -> CommandRecord | None:
        """Return the first answer given to this command, if any."""
        if command_id not in self._commands:
            stored = await self._log.find_command(command_id)
            if stored is not None:
                self._commands[command_id] = stored
        return self._commands.get(command_id)


class DryInbox(MemoryInbox):
    """Shows what waits, and keeps what is put in to itself."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__()
        self._inbox = inbox

    async def waiting(self, workflow_id: str) -> list[InboxEntry]:
        """Return the commands that wait, and behind them those that would."""
        stored = await self._inbox.waiting(workflow_id)
        return [*stored, *await super().waiting(workflow_id)]
