"""Server parts: PostgreSQL and Temporal, restarted like ours when they die."""

import asyncio
import signal
from dataclasses import dataclass, field
from pathlib import Path

from services.stack.postgres.server import RunningPostgres, start_postgres
from services.stack.progress import Say
from services.stack.supervisor.lifeline import Watch
from services.stack.temporal.server import (
    RunningTemporal,
    TemporalOptions,
    launch_temporal,
    until_serving,
)

LOOK_SECONDS = 1.0  # PostgreSQL is no child of ours, so one has to look


@dataclass(slots=True, kw_only=True)
class PostgresPart:
    """The embedded PostgreSQL."""

    data: Path
    port: int
    watch: Watch
    name: str = "PostgreSQL"
    _running: RunningPostgres | None = field(default=None, repr=False)

    @property
    def running(self) -> RunningPostgres:
        """Return the server. Raises: RuntimeError (before the start)."""
        if self._running is None:
            raise RuntimeError("PostgreSQL was not started")
        return self._running

    async def start(self) -> None:
        """Start the server and return once it answers. Raises: PostgresFailedToStart."""
        starting = asyncio.ensure_future(start_postgres(self.data, self.port))
        try:
            running = await asyncio.shield(starting)
        except asyncio.CancelledError:
            self._running = await starting  # only what has come up can be ended
            raise
        self._running = running
        if (pid := running.pid) is not None:
            self.watch.watch(pid, signal.SIGQUIT)  # its "immediate shutdown"

    async def ended(self) -> str:
        """Return once the server is gone."""
        pid = self.running.pid
        while self.running.pid is not None:  # noqa: ASYNC110  nothing tells us when it ends
            await asyncio.sleep(LOOK_SECONDS)
        if pid is not None:
            self.watch.forget(pid)
        return f"ended (see {self.data / 'postgres' / 'server.log'})"

    async def stop(self) -> None:
        """End the server."""
        if self._running is None:
            return
        pid = self._running.pid
        await self._running.stop()
        if pid is not None:
            self.watch.forget(pid)


@dataclass(slots=True, kw_only=True)
class TemporalPart:
    """The embedded Temporal server."""

    data: Path
    options: TemporalOptions
    watch: Watch
    say: Say
    name: str = "Temporal"
    _running: RunningTemporal | None = None

    @property
    def running(self) -> RunningTemporal:
        """Return the server. Raises: RuntimeError (before the start)."""
        if self._running is None:
            raise RuntimeError("Temporal was not started")
        return self._running

    async def start(self) -> None:
        """Start the server and return once it serves. Raises: TemporalFailedToStart."""
        self._running = await launch_temporal(self.data, self.options, self.say)
        self.watch.watch(self._running.pid)
        await until_serving(self._running)

    async def ended(self) -> str:
        """Return once the server is gone."""
        code = await self.running.process.wait()
        self.watch.forget(self.running.pid)
        return f"ended with code {code} (see {self.data / 'logs' / 'temporal.log'})"

    async def stop(self) -> None:
        """End the server; its timers go on at the next start."""
        if self._running is None:
            return
        await self._running.stop()
        self.watch.forget(self._running.pid)
