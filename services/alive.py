"""Liveness file: a process touches it while its event loop turns, and health checks look at it.

A worker and a projector answer no requests, so a supervisor and a container look at the file's age.
Run `python -m services.alive FILE` as a health check: exit code 0 when the file is fresh.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

TOUCH_SECONDS = 2.0
STALE_SECONDS = 15.0


@asynccontextmanager
async def alive(file: Path | None) -> AsyncIterator[None]:
    """Keep the file fresh for as long as the block runs. Enter it once the process works."""
    if file is None:
        yield
        return
    touching = asyncio.create_task(keep_fresh(file))
    try:
        yield
    finally:
        touching.cancel()
        with suppress(asyncio.CancelledError):
            await touching
        await asyncio.to_thread(file.unlink, missing_ok=True)


async def keep_fresh(file: Path) -> None:
    """Touch the file again and again."""
    while True:
        await asyncio.to_thread(file.touch)
        await asyncio.sleep(TOUCH_SECONDS)


def is_fresh(file: Path) -> bool:
    """Say whether the file was touched lately."""
    try:
        return time.time() - file.stat().st_mtime < STALE_SECONDS
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    sys.exit(0 if is_fresh(Path(sys.argv[1])) else 1)
