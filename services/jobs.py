"""Jobs that run forever: again at once while there is work, else after a pause."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final

import structlog

from events.errors import LogFault
from services.temporal.client import TemporalTrouble

FIRST_PAUSE: Final = 0.1  # seconds
LONGEST_PAUSE: Final = 5.0  # seconds between two looks for a server that is not there

type Faults = tuple[type[Exception], ...]

logs = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Job: work that runs forever, with pauses."""

    name: str
    work: Callable[[], Awaitable[int | None]]  # how much was done: if any, again at once
    pause: float  # seconds
    longest_pause: float = 0.0  # seconds: the pause doubles up to it while the work ends at once
    wakes_on: asyncio.Event | None = None
    interruptions: Faults = (LogFault, TemporalTrouble)  # of the world; all else is a defect


async def run_forever(job: Job) -> None:
    """Do the job until cancelled; no fault is the last word."""
    pause = job.pause
    while True:
        began, done = monotonic(), None
        if job.wakes_on is not None:
            job.wakes_on.clear()
        try:
            done = await job.work()
        except job.interruptions as fault:
            logs.warning("job_interrupted", job=job.name, reason=str(fault), next_try_seconds=pause)
        except Exception:
            logs.exception("job_failed", job=job.name, next_try_seconds=pause)
        if done:
            continue
        steady = monotonic() - began > job.longest_pause
        await woken(job.wakes_on, pause)
        pause = job.pause if steady else min(2 * pause, job.longest_pause)


async def reached[Server](
    name: str, connect: Callable[[], Awaitable[Server]], interruptions: Faults
) -> Server:
    """Return a server's client once the server answers, however long that takes."""
    pause = FIRST_PAUSE
    while True:
        try:
            return await connect()
        except interruptions as fault:
            logs.warning(
                "server_unreachable", server=name, reason=str(fault), next_try_seconds=pause
            )
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def woken(event: asyncio.Event | None, seconds: float) -> None:
    """Wait for the event, so many seconds at most."""
    if event is None:
        await asyncio.sleep(seconds)
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
