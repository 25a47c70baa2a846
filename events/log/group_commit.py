"""Many appends, one transaction: whatever waits while one flush runs goes into the next.

There is no timer: the flush before is the timer, so a lone caller waits for nobody.
Why and how much it gives: docs/log.md.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from events.errors import LogOverloaded, LogRefused, LogUnavailable
from events.log.recorded import Append, AppendResult

MAX_REQUESTS = 512  # in one flush
MAX_BYTES = 2 * 1024 * 1024  # in one flush
MAX_WAITING = 4096  # requests; more than a second of work would answer too late anyway
APPEND_SECONDS = 4.0  # from submit to answer
DRAIN_SECONDS = 5.0
FIRST_PAUSE = 0.05  # seconds before the first retry after a lost connection, then doubling
LONGEST_PAUSE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One request as the flush sends it, its metadata encoded and its size known."""

    request: Append
    meta: bytes
    size: int


type Flush = Callable[[Sequence[Ready]], Awaitable[list[AppendResult]]]


@dataclass(eq=False, slots=True)
class Waiting:
    """A request and the caller who waits for its answer."""

    ready: Ready
    answer: asyncio.Future[AppendResult] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class GroupCommit:
    """A bounded queue and the one task that empties it."""

    def __init__(self, flush: Flush, *, max_waiting: int = MAX_WAITING) -> None:
        self._flush = flush
        self._max_waiting = max_waiting
        self._queue: deque[Waiting] = deque()
        self._arrived = asyncio.Event()
        self._open = True
        self._task = asyncio.create_task(self._run(), name="group commit")

    async def submit(self, ready: Ready) -> AppendResult:
        """Queue one request and wait for its answer.

        A caller who gives up before the request was sent takes it out of the queue again.
        Raises: LogOverloaded, LogUnavailable, and what is wrong with the request itself.
        """
        if not self._open:
            raise LogUnavailable("the log is closing")
        if len(self._queue) >= self._max_waiting:
            raise LogOverloaded(f"{self._max_waiting} appends are waiting already")
        waiting = Waiting(ready)
        self._queue.append(waiting)
        self._arrived.set()
        try:
            async with asyncio.timeout(APPEND_SECONDS):
                return await waiting.answer
        except TimeoutError:
            raise LogUnavailable(
                f"PostgreSQL did not confirm the append within {APPEND_SECONDS:g} s; the same"
                " command id tells later whether it was stored"
            ) from None
        finally:
            if not waiting.answer.done() or waiting.answer.cancelled():
                self._forget(waiting)

    async def close(self) -> None:
        """Take no more, send what waits, and answer everybody."""
        self._open = False
        self._arrived.set()
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._task
        except TimeoutError:
            pass  # the timeout cancelled the task; who still waits is answered below
        finally:
            for waiting in self._queue:
                fail(waiting, LogUnavailable("the log was closed before PostgreSQL answered"))
            self._queue.clear()

    async def _run(self) -> None:
        while self._open or self._queue:
            if not self._queue:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            # Callers answered by the last flush get to queue their next request first; without
            # this, callers fall into two groups that take turns at half the throughput.
            await asyncio.sleep(0)
            batch = self._take()
            try:
                await self._send(batch)
            except asyncio.CancelledError:
                for waiting in batch:
                    fail(waiting, LogUnavailable("the log was closed before PostgreSQL answered"))
                raise

    def _take(self) -> list[Waiting]:
        batch: list[Waiting] = []
        size = 0
        while self._queue and len(batch) < MAX_REQUESTS:
            size += self._queue[0].ready.size
            if batch and size > MAX_BYTES:
                break
            batch.append(self._queue.popleft())
        return batch

    async def _send(self, batch: list[Waiting]) -> None:
        """Send until answered; a lost answer is asked for again under the same command ids."""
        pause = FIRST_PAUSE
        while batch := [one for one in batch if not one.answer.done()]:
            try:
                answers = await self._flush([one.ready for one in batch])
            except LogRefused as fault:
                return await self._isolate(batch, fault)
            except LogUnavailable:
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
                pause = min(2 * pause, LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001 - its caller hears of it; the flusher lives
                return await self._isolate(batch, error)
            else:
                for waiting, answer in zip(batch, answers, strict=True):
                    if not waiting.answer.done():
                        waiting.answer.set_result(answer)
                return None
        return None

    async def _isolate(self, batch: list[Waiting], error: Exception) -> None:
        """Send the members one by one: the poison gets the error, its neighbours their answers."""
        if len(batch) == 1:
            fail(batch[0], error)
            return
        for waiting in batch:
            await self._send([waiting])

    def _forget(self, waiting: Waiting) -> None:
        if waiting in self._queue:
            self._queue.remove(waiting)


def fail(waiting: Waiting, error: Exception) -> None:
    """Answer a caller with an error, unless it has an answer or has left."""
    if not waiting.answer.done():
        waiting.answer.set_exception(error)
