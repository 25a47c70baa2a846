"""Open loop: requests leave when they are due, whoever has not been answered yet.

A request that found no free connection waits for one, and its wait counts: the time runs from when
it was due. So a door that stands still for a second is charged with everybody who came meanwhile.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Final, Self, cast
from urllib.parse import urlsplit

CONNECTIONS: Final = 64
TICK_SECONDS: Final = 0.002
LOST: Final = 0  # the status of what was not answered: its connection ended
AGAIN_SECONDS: Final = 0.1  # before a connection that could not be made is tried again
LAST_SECONDS: Final = 30.0  # for the answers to what was sent last
NAMED: Final = b"message-"  # and its number: the id of each request
_END: Final = b"\r\n\r\n"

type Message = Callable[[int], bytes]  # the body of the request with this number


@dataclass(kw_only=True)
class Load:
    """What became of the requests of a run."""

    took: list[float] = field(default_factory=list)  # milliseconds, from when each was due
    statuses: Counter[int] = field(default_factory=Counter)
    accepted: set[int] = field(default_factory=set)  # by number

    def share(self, percent: int) -> float:
        """Return what that many of a hundred requests take at most.

        Units: milliseconds.
        """
        return quantiles(self.took, n=100)[percent - 1]

    def add(self, number: int, status: int, due: float) -> None:
        """Count one answer."""
        self.took.append(1000 * (time.perf_counter() - due))
        self.statuses[status] += 1
        if 200 <= status < 300:
            self.accepted.add(number)


class Wire(asyncio.Protocol):
    """One connection that is kept: a request goes out, its status comes back."""

    def __init__(self) -> None:
        self._got = bytearray()
        self._answer: asyncio.Future[int] | None = None
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is no subclass

    @property
    def usable(self) -> bool:
        """Return whether a request can go out."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes) -> int:
        """Return the status of the answer; LOST if there is none."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        """Take some of an answer."""
        self._got += data
        end = self._got.find(_END)
        if end < 0:
            return
        head = bytes(self._got[:end]).lower()
        length = int(head.partition(b"content-length:")[2].split(None, 1)[0] or 0)
        if len(self._got) >= end + len(_END) + length:
            self._got.clear()
            self._done(int(head.split(None, 2)[1]))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Tell whoever waits."""
        self._done(LOST)

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _done(self, status: int) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(status)


class OpenLoop:
    """Sends to one URL over a number of connections."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            "Content-Type: application/json\r\n"
        ).encode()
        self._free: deque[Wire] = deque()
        self._waiting: deque[tuple[int, float]] = deque()
        self._busy: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str, connections: int = CONNECTIONS) -> AsyncIterator[Self]:
        """Connect, and yield what sends."""
        loop = cls(url)
        for _ in range(connections):
            loop._free.append(await loop._connected())
        try:
            yield loop
        finally:
            for wire in loop._free:
                wire.close()

    async def steady(self, rate: int, seconds: float, message: Message) -> Load:
        """Send `rate` requests a second for that long, and wait for the last answers."""
        load, begin, sent = Load(), time.perf_counter(), 0
        number = int(rate * seconds)
        while sent < number:
            due = min(number, int((time.perf_counter() - begin) * rate) + 1)
            self._waiting.extend((one, begin + one / rate) for one in range(sent, due))
            sent = due
            self._send(load, message)
            await asyncio.sleep(TICK_SECONDS)
        await self._last()
        return load

    async def flat_out(self, seconds: float, message: Message) -> float:
        """Return what comes back when every connection asks again at once.

        Units: answers a second.
        """
        load, begin, number = Load(), time.perf_counter(), 0
        while (now := time.perf_counter()) < begin + seconds:
            while len(self._waiting) < len(self._free):
                self._waiting.append((number, now))
                number += 1
            self._send(load, message)
            await asyncio.sleep(0)
        await self._last()
        return len(load.accepted) / (time.perf_counter() - begin)

    def _send(self, load: Load, message: Message) -> None:
        while self._waiting and self._free:
            number, due = self._waiting.popleft()
            task = asyncio.create_task(self._ask(self._free.popleft(), number, due, load, message))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)

    async def _ask(self, wire: Wire, number: int, due: float, load: Load, message: Message) -> None:
        body = message(number)
        while not wire.usable:
            wire = await self._connected()
        named = b"X-Request-Id: %b%d\r\nContent-Length: %d" % (NAMED, number, len(body))
        status = await wire.ask(b"%b%b\r\n\r\n%b" % (self._head, named, body))
        load.add(number, status, due)
        self._free.append(wire)
        self._send(load, message)

    async def _connected(self) -> Wire:
        loop = asyncio.get_running_loop()
        while True:
            try:
                _, wire = await loop.create_connection(Wire, self._host, self._port)
            except OSError:
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return wire

    async def _last(self) -> None:
        async with asyncio.timeout(LAST_SECONDS):
            while self._busy or self._waiting:
                await asyncio.wait(set(self._busy))
