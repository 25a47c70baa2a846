"""Service process: the front, mail, worker, projector or notary as a part of the stack."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from services.alive import is_fresh
from services.stack.data_directory import log_file
from services.stack.supervisor.lifeline import Watch

ROOT = Path(__file__).parents[3]
START_SECONDS = 120.0  # one that is loading on a busy machine is not dead
POLL_SECONDS = 0.1
PROBE_SECONDS = 2.0
LAST_WORDS = 2000  # bytes of its log that are looked at

type Healthy = Callable[[], Awaitable[bool]]


class ServiceFailedToStart(Exception):
    """One of our processes ended, or was not healthy in time."""


class ServiceEnded(ServiceFailedToStart):
    """One of our processes ended by itself before it was healthy."""


@dataclass(slots=True, kw_only=True)
class ServiceProcess:
    """A `python -m services.<name>` process and how to see that it is healthy."""

    name: str
    data: Path
    environment: Mapping[str, str] = field(repr=False)
    healthy: Healthy
    alive_file: Path  # what the process touches, if it answers no requests
    watch: Watch
    stop_seconds: float
    command: tuple[str, ...] = ()  # of a test's stand-in; otherwise the module of the name
    _process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Return the process id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process is not None and running else None

    async def start(self) -> None:
        """Start the process and return once it is healthy.

        Raises: ServiceFailedToStart, ServiceEnded.
        """
        await asyncio.to_thread(self.alive_file.unlink, missing_ok=True)  # of an earlier life
        self._process = process = await self._spawned()
        self.watch.watch(process.pid)
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._until_healthy_or_ended(process)
        except BaseException as failure:
            await self.stop()
            if isinstance(failure, TimeoutError):
                raise ServiceFailedToStart(self._words("was not healthy in time")) from None
            raise
        if process.returncode is not None:
            last = await asyncio.to_thread(self._last_words)
            raise ServiceEnded(self._words(f"ended with code {process.returncode}{last}"))

    async def ended(self) -> str:
        """Return, once the process has died, how."""
        if self._process is None:
            return "was never started"
        code = await self._process.wait()
        self.watch.forget(self._process.pid)
        return self._words(f"ended with code {code}")

    async def stop(self) -> None:
        """Ask the process to finish, and insist when it takes too long."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), self.stop_seconds)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        self.watch.forget(process.pid)

    async def _spawned(self) -> asyncio.subprocess.Process:
        command = self.command or (sys.executable, "-m", f"services.{self.name}")
        with log_file(self.data, self.name).open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *command,
                cwd=ROOT,
                env=self._variables(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the stack, which ends things in order
            )

    async def _until_healthy_or_ended(self, process: asyncio.subprocess.Process) -> None:
        while not await self.healthy():
            if process.returncode is not None:
                return
            await asyncio.sleep(POLL_SECONDS)

    def _variables(self) -> dict[str, str]:
        ours = {"PYTHONPATH": str(ROOT), "TOCSIN_ALIVE_FILE": str(self.alive_file)}
        return {**os.environ, **self.environment, **ours}

    def _last_words(self) -> str:
        """Return what it logged last, which often says why it ended."""
        with log_file(self.data, self.name).open("rb") as logged:
            logged.seek(max(0, logged.seek(0, os.SEEK_END) - LAST_WORDS))
            lines = logged.read().decode(errors="replace").splitlines()
        return f", after saying: {lines[-1]}" if lines else ""

    def _words(self, what: str) -> str:
        return f"{what} (see {log_file(self.data, self.name)})"


def answers(url: str) -> Healthy:
    """Return a check that a URL answers with success."""

    async def healthy() -> bool:
        try:
            async with httpx.AsyncClient(timeout=PROBE_SECONDS, trust_env=False) as client:
                return (await client.get(url)).is_success
        except httpx.HTTPError:
            return False

    return healthy


def touches(file: Path) -> Healthy:
    """Return a check that the process keeps its file fresh."""

    async def healthy() -> bool:
        return is_fresh(file)

    return healthy
