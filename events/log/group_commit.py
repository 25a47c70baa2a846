"""Group commit: appends that wait while one flush runs go into the next transaction.

There is no timer: the flush before is the timer, so a lone caller waits for nobody.
Why and how much it gives: docs/log.md.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from events.errors import LogOverloaded, LogRefused, LogUnavailable
from events.log.recorded import Append, AppendResult

MAX_REQUESTS = 512  # in one flush
MAX_BYTES = 2 * 1024 * 1024  # in one flush
MAX_WAITING = 4096  # requests; more than a second of work would answer too late anyway
APPEND_SECONDS = 4.0  # from submit to answer
DRAIN_SECONDS = 5.0
FIRST_PAUSE = 0.05  # seconds before the first retry after a lost connection, then doubling
LONGEST_PAUSE = 0.5
TOO_LATE = (
    "PostgreSQL did not confirm the append within {:g} s; the same command id tells"
    " later whether it was stored"
)


class Ready(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One request as the flush sends it, its metadata encoded and its size known."""

    request: Append
    meta: bytes
    size: int


type Flush = Callable[[Sequence[Ready]], Awaitable[list[AppendResult]]]


@dataclass(eq=False, slots=True, kw_only=True)
class Waiting:
    """A request and the caller who waits for its answer."""

    ready: Ready
    due: float  # on the loop's clock: nobody waits longer
    answer: asyncio.Future[AppendResult]


class GroupCommit:
    """A bounded queue, and one task that empties it while there is something in it."""

    def __init__(
        self,
        flush: Flush,
        *,
        max_waiting: int = MAX_WAITING,
        append_seconds: float = APPEND_SECONDS,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        self._flush = flush
        self._max_waiting = max_waiting
        self._append_seconds = append_seconds
        self._drain_seconds = drain_seconds
        self._queue: deque[Waiting] = deque()
        self._open = True
        self._task: asyncio.Task[None] | None = None
        self._unanswered: deque[Waiting] = deque()  # in the order of `due`
        self._alarm: asyncio.TimerHandle | None = None

    async def submit(self, ready: Ready) -> AppendResult:
        """Queue one request and wait for its answer.

        A caller who gives up before the request was sent takes it out of the queue again.
        Raises: LogOverloaded, LogUnavailable, and what is wrong with the request itself.
        """
        if not self._open:
            raise LogUnavailable("the log is closing")
        if len(self._queue) >= self._max_waiting:
            raise LogOverloaded(f"{self._max_waiting} appends are waiting already")
        loop = asyncio.get_running_loop()
        due = loop.time() + self._append_seconds
        waiting = Waiting(ready=ready, due=due, answer=loop.create_future())
        self._queue.append(waiting)
        self._expect(waiting, loop)
        if self._task is None:
            self._task = loop.create_task(self._run(), name="group commit")
        return await waiting.answer

    async def close(self) -> None:
        """Take no more, send what waits, and answer everybody."""
        self._open = False
        try:
            async with asyncio.timeout(self._drain_seconds):
                if self._task is not None:
                    await self._task
        except TimeoutError:
            pass  # the timeout cancelled the task; who still waits is answered below
        finally:
            for waiting in self._queue:
                fail(waiting, LogUnavailable("the log was closed before PostgreSQL answered"))
            self._queue.clear()
            if self._alarm is not None:
                self._alarm.cancel()

    def _expect(self, waiting: Waiting, loop: asyncio.AbstractEventLoop) -> None:
        """Have one timer for all who wait: a timer for each costs as much as their answers."""
        while self._unanswered and self._unanswered[0].answer.done():
            self._unanswered.popleft()
        self._unanswered.append(waiting)
        if self._alarm is None:
            self._alarm = loop.call_at(waiting.due, self._expire, loop)

    def _expire(self, loop: asyncio.AbstractEventLoop) -> None:
        self._alarm = None
        while self._unanswered:
            oldest = self._unanswered[0]
            if not oldest.answer.done() and oldest.due > loop.time():
                self._alarm = loop.call_at(oldest.due, self._expire, loop)
                return
            fail(self._unanswered.popleft(), LogUnavailable(TOO_LATE.format(self._append_seconds)))

    async def _run(self) -> None:
        try:
            while batch := self._take():
                await self._send_to_the_end(batch)
                # Callers answered by this flush get to queue their next request first; without
                # this, callers fall into two groups that take turns at half the throughput.
                await asyncio.sleep(0)
        finally:
            self._task = None

    async def _send_to_the_end(self, batch: list[Waiting]) -> None:
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
            waiting = self._queue.popleft()
            if not waiting.answer.done():  # else its caller has left
                batch.append(waiting)
        return batch

    async def _send(self, batch: list[Waiting]) -> None:
        """Send until answered; a lost answer is asked for again under the same command ids."""
        pause = FIRST_PAUSE
        while batch := [waiting for waiting in batch if not waiting.answer.done()]:
            try:
                answers = await self._flush([waiting.ready for waiting in batch])
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


def fail(waiting: Waiting, error: Exception) -> None:
    """Answer a caller with an error, unless it has an answer or has left."""
    if not waiting.answer.done():
        waiting.answer.set_exception(error)
