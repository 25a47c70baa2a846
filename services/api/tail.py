"""The log's newest events, read once for every client of this process that listens."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Final

from events.errors import LogFault, LogOverloaded
from events.log.recorded import RecordedEvent
from events.log.store import Log
from services.api.chosen_events import Chosen
from services.api.event_views import EventView

PART: Final = 500  # events read at a time
PAUSE: Final = 0.05  # seconds between two looks
FAULT_PAUSE: Final = 0.5  # seconds, while the log cannot answer
MOST_LISTENERS: Final = 1_000  # of one process
MOST_WAITING: Final = 1_000  # events kept for a client that is slower than the log
MOST_BYTES: Final = 1024 * 1024  # of these


class Ending(StrEnum):
    """Why nothing more comes."""

    TOO_SLOW = "too slow"
    STOPPING = "stopping"


class Listener:
    """What one client has not been sent yet: little, or it is cut off."""

    def __init__(self, chosen: Chosen, begins: int) -> None:
        self.begins = begins  # everything above this position is told
        self.position = begins  # everything up to here was told, as far as it is chosen
        self.ending: Ending | None = None
        self._chosen = chosen
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self._news = asyncio.Event()

    def admits(self, event: RecordedEvent) -> bool:
        """Say whether the client wants the event."""
        return self.ending is None and self._chosen.admits(event)

    def tell(self, position: int, message: bytes) -> None:
        """Keep an event for the client; one too many is the end."""
        self._waiting.append((position, message))
        self._bytes += len(message)
        self._news.set()
        if len(self._waiting) > MOST_WAITING or self._bytes > MOST_BYTES:
            self.end(Ending.TOO_SLOW)

    def end(self, ending: Ending) -> None:
        """Tell the client nothing more; what a slow one has not been sent is dropped."""
        if self.ending is None:
            self.ending = ending
            if ending is Ending.TOO_SLOW:
                self._waiting.clear()
            self._news.set()

    async def told(self, seconds: float) -> list[tuple[int, bytes]]:
        """Return what there is to send, oldest first; nothing after so many seconds, or at the end.

        Units: seconds.
        """
        if not self._waiting and self.ending is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._news.wait()
        told = list(self._waiting)  # also after the time is up: one may have come just then
        self._waiting.clear()
        self._bytes = 0
        self._news.clear()
        return told


class Tail:
    """One reader of the log, which works while somebody listens."""

    def __init__(self) -> None:
        self.position = 0
        self.closing = False
        self._listeners: set[Listener] = set()
        self._reading: asyncio.Task[None] | None = None

    @property
    def listeners(self) -> frozenset[Listener]:
        """Return who listens."""
        return frozenset(self._listeners)

    @asynccontextmanager
    async def listening(self, log: Log, chosen: Chosen) -> AsyncIterator[Listener]:
        """Hear everything chosen that is appended from now on.

        Raises: LogUnavailable, LogOverloaded.
        """
        head = await log.head()
        self.require_room()
        if self._reading is None:
            self.position = head
            self._reading = asyncio.create_task(self._read(log))
        listener = Listener(chosen, self.position)
        self._listeners.add(listener)
        if self.closing:
            listener.end(Ending.STOPPING)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._reading is not None:
                self._reading.cancel()
                self._reading = None

    def require_room(self) -> None:
        """Let one more client in.

        Raises: LogOverloaded.
        """
        if len(self._listeners) >= MOST_LISTENERS:
            raise LogOverloaded(f"{MOST_LISTENERS} clients listen already")

    def close(self) -> None:
        """Tell every client that this process stops; each can go on at another one."""
        self.closing = True
        for listener in self._listeners:
            listener.end(Ending.STOPPING)

    async def _read(self, log: Log) -> None:
        while True:
            try:
                events = await log.read_all(self.position, PART)
            except LogFault:
                await asyncio.sleep(FAULT_PAUSE)
                continue
            for event in events:
                self._tell(event)
            self._moved(events[-1].position if events else self.position)
            await asyncio.sleep(0 if len(events) == PART else PAUSE)

    def _tell(self, event: RecordedEvent) -> None:
        listeners = [listener for listener in self._listeners if listener.admits(event)]
        if listeners:
            message = EventView.of(event).model_dump_json().encode()
            for listener in listeners:
                listener.tell(event.position, message)

    def _moved(self, position: int) -> None:
        self.position = position
        for listener in self._listeners:
            listener.position = position
