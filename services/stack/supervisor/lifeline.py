"""Lifeline: names to reaper.py the processes that must not outlive the stack."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

GUARD = Path(__file__).with_name("reaper.py")
STOP_SECONDS = 2


class Watch:
    """Tells the guard which processes run."""

    def __init__(self, guard: asyncio.StreamWriter) -> None:
        self._guard = guard

    def watch(self, pid: int, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """Have a process ended by this signal when the stack dies."""
        self._guard.write(f"watch {pid} {int(with_signal)}\n".encode())

    def forget(self, pid: int) -> None:
        """Leave a process alone: it has ended, and its number may become another's."""
        self._guard.write(f"forget {pid}\n".encode())


@asynccontextmanager
async def watched() -> AsyncIterator[Watch]:
    """Run a guard for as long as the block runs."""
    guard = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-S",
        GUARD,
        stdin=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C in the terminal must not reach it
    )
    if guard.stdin is None:
        raise RuntimeError("the guard was started without an input")
    try:
        yield Watch(guard.stdin)
    finally:
        guard.stdin.close()
        await asyncio.wait_for(guard.wait(), STOP_SECONDS)
