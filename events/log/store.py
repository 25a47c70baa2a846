"""Log protocol: what everyone but the processes knows of the event log."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from events.log.lookup.watched import Changed, Watched
from events.log.recorded import Append, AppendResult, Bookmark, CommandRecord, RecordedEvent


class Log(Protocol):
    """An append-only log with one dense order. Promises R1-R7: docs/log.md."""

    async def append(self, request: Append) -> AppendResult:
        """Store the request's events, durably, and say how it went.

        Personal fields are sealed on the way, so what is stored may differ from the request.
        Raises: AppendTooLarge (over 256 KiB), NotStorable, SubjectErased, LogUnavailable,
            LogOverloaded.
        """
        ...

    async def read_stream(self, stream: str, after_version: int = 0) -> list[RecordedEvent]:
        """Return the stream's events above `after_version`, in version order; empty if unknown.

        As they are stored: `opened` comes before decoding.

        Raises: LogUnavailable.
        """
        ...

    async def read_about(self, stream: str, word: str) -> list[RecordedEvent]:
        """Return the stream's events whose payload holds the word, and its newest, in order.

        Only what is never sealed can be found: ids, names, hashes. As they are stored.

        Raises: LogUnavailable.
        """
        ...

    async def read_since(
        self, streams: Sequence[str], types: Sequence[str]
    ) -> dict[str, list[RecordedEvent]]:
        """Return the events of each stream from the newest of these types on, of many in one go.

        All of a stream, if it has none of these types; as they are stored.

        Raises: LogUnavailable.
        """
        ...

    async def read_on(self, bookmarks: Mapping[str, Bookmark]) -> dict[str, list[RecordedEvent]]:
        """Return the events of each stream behind its bookmark, of many in one go, as stored.

        A stream without any is left out. One that does not hold its bookmark, because an older log
        was restored, is returned from its first event on, or empty if it is not there.

        Raises: LogUnavailable.
        """
        ...

    async def changed(self, watched: Watched, after_position: int) -> Changed:
        """Return the streams with events of the watched types above `after_position`.

        Raises: LogUnavailable.
        """
        ...

    async def read_all(self, after_position: int, limit: int = 5000) -> Sequence[RecordedEvent]:
        """Return at most `limit` events above `after_position`, in position order.

        Raises: LogUnavailable.
        """
        ...

    async def opened(self, stored: Sequence[RecordedEvent]) -> list[RecordedEvent]:
        """Return stored events ready to be decoded: personal fields in clear, or "erased".

        Raises: LogUnavailable.
        """
        ...

    async def head(self) -> int:
        """Return the newest position, 0 when the log is empty.

        Raises: LogUnavailable.
        """
        ...

    async def find_command(self, command_id: UUID) -> CommandRecord | None:
        """Return the first answer given to this command, if any.

        Raises: LogUnavailable.
        """
        ...

    async def next_reference(self) -> int:
        """Return a number nobody was given before, for people to say aloud: INC-1042.

        Raises: LogUnavailable.
        """
        ...
