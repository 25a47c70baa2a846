"""Live feed: the log's newest events, read once for every client that listens here."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Final, Protocol

from events.configuration.api_key import ApiKeyRevoked
from events.errors import LogFault, LogOverloaded
from events.log.codec import wire_name
from events.log.recorded import RecordedEvent
from events.log.store import Log
from events.subject.events import SubjectForgotten
from services.access.visibility import Members
from services.live.event_filter import Chosen, told_of
from services.request_refusals import ProjectionBehind

PART: Final = 500  # events read at a time
PAUSE: Final = 0.05  # seconds between two looks
FAULT_PAUSE: Final = 0.5  # seconds, while the log cannot answer
MOST_LISTENERS: Final = 1_000  # of one process
MOST_WAITING: Final = 1_000  # events kept for a client that is slower than the log
MOST_BYTES: Final = 1024 * 1024  # of these
TAKING: Final = frozenset(map(wire_name, (ApiKeyRevoked, SubjectForgotten)))


class Ending(StrEnum):
    """Reason why a stream ends."""

    TOO_SLOW = "too slow"
    STOPPING = "stopping"
    UNCERTAIN = "who may see what is not certain at the moment"


type WhoKnows = Callable[[], Awaitable[Members]]  # of each private incident


class Watcher(Protocol):
    """Watcher: whoever is called with every event, and asks by itself who may see what of it."""

    def saw(self, event: RecordedEvent) -> None:
        """Take note of an event; quickly, for the reader of the log waits."""
        ...

    def stop(self) -> None:
        """Take note that this process stops."""
        ...


async def everybody() -> Members:
    """Return that no incident is private."""
    return {}


class Listener:
    """Listener: one client's unsent events, a few; with too many it is cut off."""

    def __init__(self, chosen: Chosen, begins: int) -> None:
        self.begins = begins  # everything above this position is sent
        self.in_doubt = False  # a right was taken away, perhaps this client's
        self.position = begins  # everything up to here was sent, as far as it is chosen
        self.ending: Ending | None = None
        self._chosen = chosen
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self._news = asyncio.Event()

    @property
    def sees_everything(self) -> bool:
        """Say whether no incident is hidden from the client."""
        return self._chosen.visibility.everything

    def admits(self, event: RecordedEvent, members: Members) -> bool:
        """Say whether the client wants the event, and may see it."""
        if self.ending is not None or not self._chosen.admits(event):
            return False
        visibility = self._chosen.visibility
        return all(visibility.reaches(one, members) for one in told_of(event, members))

    def tell(self, position: int, message: bytes) -> None:
        """Keep an event for the client; one too many is the end."""
        self._waiting.append((position, message))
        self._bytes += len(message)
        self._news.set()
        if len(self._waiting) > MOST_WAITING or self._bytes > MOST_BYTES:
            self.end(Ending.TOO_SLOW)

    def doubt(self) -> None:
        """Have the client's right to listen checked before it is sent anything more."""
        self.in_doubt = True
        self._news.set()

    def end(self, ending: Ending) -> None:
        """Send the client nothing more; what a slow one has not been sent is dropped."""
        if self.ending is None:
            self.ending = ending
            if ending is Ending.TOO_SLOW:
                self._waiting.clear()
            self._news.set()

    async def messages(self, seconds: float) -> list[tuple[int, bytes]]:
        """Return what there is to send, oldest first; nothing after so many seconds, or at the end.

        Units: seconds.
        """
        if not self._waiting and self.ending is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._news.wait()
        messages = list(self._waiting)  # also after the time is up: one may have come just then
        self._waiting.clear()
        self._bytes = 0
        self._news.clear()
        return messages


class LiveFeed:
    """Live feed: one reader of the log for all listeners; it works while there are any."""

    def __init__(
        self,
        encode: Callable[[RecordedEvent], bytes],
        *,
        part: int = PART,
        pause: float = PAUSE,
        fault_pause: float = FAULT_PAUSE,
        most_listeners: int = MOST_LISTENERS,
    ) -> None:
        self.encode = encode
        self.pause = pause
        self._part = part
        self._fault_pause = fault_pause
        self._most_listeners = most_listeners
        self.position = 0
        self.closing = False
        self._listeners: set[Listener] = set()
        self._watchers: set[Watcher] = set()
        self._reading: asyncio.Task[None] | None = None

    @property
    def listeners(self) -> frozenset[Listener]:
        """Return who listens."""
        return frozenset(self._listeners)

    @asynccontextmanager
    async def listening(
        self, log: Log, chosen: Chosen, who_knows: WhoKnows = everybody
    ) -> AsyncIterator[Listener]:
        """Hear everything chosen that is appended from now on, as far as the caller may see it.

        Raises: LogUnavailable, LogOverloaded.
        """
        head = await log.head()
        self.require_room()
        self._begin(log, head, who_knows)
        listener = Listener(chosen, self.position)
        self._listeners.add(listener)
        if self.closing:
            listener.end(Ending.STOPPING)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            self._rest()

    async def watch(self, log: Log, watcher: Watcher, who_knows: WhoKnows) -> int:
        """Call the watcher with everything that is appended above the position returned.

        Raises: LogUnavailable.
        """
        self._begin(log, await log.head(), who_knows)
        self._watchers.add(watcher)
        return self.position

    def unwatch(self, watcher: Watcher) -> None:
        """Call the watcher no more."""
        self._watchers.discard(watcher)
        self._rest()

    def require_room(self) -> None:
        """Let one more client in.

        Raises: LogOverloaded.
        """
        if len(self._listeners) >= self._most_listeners:
            raise LogOverloaded(f"{self._most_listeners} clients listen already")

    def close(self) -> None:
        """Tell every client that this process stops; each can go on at another one."""
        self.closing = True
        for listener in self._listeners:
            listener.end(Ending.STOPPING)
        for watcher in self._watchers:
            watcher.stop()

    def _begin(self, log: Log, head: int, who_knows: WhoKnows) -> None:
        if self._reading is None:
            self.position = head
            self._reading = asyncio.create_task(self._read(log, who_knows))

    def _rest(self) -> None:
        if not self._listeners and not self._watchers and self._reading is not None:
            self._reading.cancel()
            self._reading = None

    async def _read(self, log: Log, who_knows: WhoKnows) -> None:
        while True:
            try:
                events = await log.read_all(self.position, self._part)
                members = await self._members(events, who_knows)
            except LogFault:
                await asyncio.sleep(self._fault_pause)
                continue
            for event in events:
                if event.type in TAKING:
                    self._doubt()
                self._tell(event, members)
                for watcher in self._watchers:
                    watcher.saw(event)
            self._moved(events[-1].position if events else self.position)
            await asyncio.sleep(0 if len(events) == self._part else self.pause)

    async def _members(self, events: Sequence[RecordedEvent], who_knows: WhoKnows) -> Members:
        """Return who knows of what, asked after the events were read: it may be one of them."""
        if not events or all(one.sees_everything for one in self._listeners):
            return {}
        try:
            return await who_knows()
        except ProjectionBehind:
            for listener in self._listeners:
                if not listener.sees_everything:
                    listener.end(Ending.UNCERTAIN)
            return {}

    def _tell(self, event: RecordedEvent, members: Members) -> None:
        listeners = [one for one in self._listeners if one.admits(event, members)]
        if listeners:
            message = self.encode(event)
            for listener in listeners:
                listener.tell(event.position, message)

    def _doubt(self) -> None:
        for listener in self._listeners:
            listener.doubt()

    def _moved(self, position: int) -> None:
        self.position = position
        for listener in self._listeners:
            listener.position = position
