"""Agenda: what happens next in a simulation, and its clock.

A process is an asynchronous generator that yields what it waits for: a time, something that happens
in a stream, or whichever comes first.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from itertools import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What a process waits for."""

    until: datetime | None = None
    streams: tuple[str, ...] = ()  # an event in one of them, and it goes on at once


type Process = AsyncGenerator[Wait]


@dataclass(slots=True, eq=False)
class _Waiting:
    """A process, and how often it has gone on: what waits for an earlier time is void."""

    process: Process
    turns: int = 0
    streams: tuple[str, ...] = ()


class Agenda:
    """The processes of a simulation; of those that go on at one time, in the order they waited."""

    def __init__(self, begins: datetime) -> None:
        self.now = begins
        self._order = count()
        self._due: list[tuple[datetime, int, _Waiting, int]] = []
        self._watched: dict[str, dict[_Waiting, None]] = {}

    def begin(self, process: Process, at: datetime | None = None) -> None:
        """Have a process begin, now or later."""
        self._put(_Waiting(process), at or self.now)

    def happened(self, stream: str) -> None:
        """Have those go on who wait for something in this stream."""
        for waiting in self._watched.pop(stream, ()):
            self._put(waiting, self.now)

    async def go_on(self, until: datetime | None = None) -> bool:
        """Let the next process go on; return whether there was one, by that time."""
        while self._due:
            at, _, waiting, turn = self._due[0]
            if turn == waiting.turns and until is not None and at > until:
                return False
            heappop(self._due)
            if turn != waiting.turns:
                continue
            self.now = max(self.now, at)
            await self._turn(waiting)
            return True
        return False

    async def _turn(self, waiting: _Waiting) -> None:
        waiting.turns += 1
        for stream in waiting.streams:
            self._watched.get(stream, {}).pop(waiting, None)
        waiting.streams = ()
        try:
            wait = await anext(waiting.process)
        except StopAsyncIteration:
            return
        waiting.streams = wait.streams
        for stream in wait.streams:
            self._watched.setdefault(stream, {})[waiting] = None
        if wait.until is not None:
            self._put(waiting, wait.until)

    def _put(self, waiting: _Waiting, at: datetime) -> None:
        waiting.turns += 1
        heappush(self._due, (max(at, self.now), next(self._order), waiting, waiting.turns))
