"""Closed loops: a number of callers, each doing the next thing once the last one is done."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

SECONDS: Final = 1.5  # of measuring
WARM_UP: Final = 0.3  # seconds that do not count: connections, plans, caches

type Call = Callable[[], Awaitable[object]]


async def rate(callers: Sequence[Call], seconds: float = SECONDS) -> float:
    """Return what the callers finish together.

    Units: calls a second.
    """
    begin = time.perf_counter() + WARM_UP
    end = begin + seconds

    async def keep_calling(call: Call) -> int:
        done = 0
        while True:
            await call()
            now = time.perf_counter()
            if now >= end:
                return done
            done += now >= begin

    return sum(await asyncio.gather(*map(keep_calling, callers))) / seconds


def rate_in_threads(callers: int, call: Callable[[], object], seconds: float = SECONDS) -> float:
    """Return what that many threads finish together.

    Units: calls a second.
    """
    done = [0] * callers
    begin = time.perf_counter() + WARM_UP
    end = begin + seconds

    def keep_calling(caller: int) -> None:
        while True:
            call()
            now = time.perf_counter()
            if now >= end:
                return
            done[caller] += now >= begin

    threads = [threading.Thread(target=keep_calling, args=(one,)) for one in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


async def durations(call: Call, times: int) -> list[float]:
    """Return how long each of so many calls took, one after the other.

    Units: milliseconds.
    """
    took: list[float] = []
    for _ in range(times):
        begin = time.perf_counter()
        await call()
        took.append(1000 * (time.perf_counter() - begin))
    return took
