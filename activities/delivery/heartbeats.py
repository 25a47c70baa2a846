"""Heartbeats of an attempt to send: a dead worker is known in seconds, and the truth is kept.

What an attempt's heartbeat holds says whether anything can have been sent before the next one:
the number of an attempt that failed before it sent anything, if all before it did so too.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from temporalio import activity

BEAT_EVERY: Final = 1.5  # seconds


def nothing_sent_before() -> bool:
    """Return whether it is certain that no earlier attempt of this activity sent anything.

    An attempt that vanishes leaves what it found: an older number than its own, or none.
    """
    info = activity.info()
    return info.attempt == 1 or list(info.heartbeat_details) == [info.attempt - 1]


def leave_nothing_sent() -> None:
    """Leave the next attempt the word that nothing was sent, by this one and all before it."""
    activity.heartbeat(activity.info().attempt)


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Say every moment that the attempt is alive; what it leaves is what it found."""
    beats = asyncio.create_task(_beat())
    try:
        yield
    finally:
        beats.cancel()
        await asyncio.wait([beats])


async def _beat() -> None:
    found = activity.info().heartbeat_details
    while True:
        await asyncio.sleep(BEAT_EVERY)
        activity.heartbeat(*found)
