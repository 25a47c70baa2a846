"""Supervised parts: started in order, restarted when they die, ended in reverse."""

import asyncio
import time
from types import TracebackType
from typing import Protocol, Self

import structlog

from services.stack.progress import Say
from services.stack.supervisor.service_process import ServiceEnded

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0  # a part that lived this long starts with a short pause again

log = structlog.get_logger(__name__)


class Part(Protocol):
    """One process of the stack, or one server with its processes."""

    @property
    def name(self) -> str:
        """Return what people call it."""
        ...

    async def start(self) -> None:
        """Start it and return once it is healthy; raise when it does not get there."""
        ...

    async def ended(self) -> str:
        """Return, once it has died, how."""
        ...

    async def stop(self) -> None:
        """End it. Doing so twice is the same as once."""
        ...


class Supervisor:
    """Runs parts for as long as its block runs."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._parts: list[Part] = []
        self._watches: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        for part in reversed(self._parts):
            try:
                await part.stop()
            except Exception:  # the parts below it must end all the same
                log.exception("part_not_stopped", part=part.name)
            self._say(f"{part.name}: ended")

    async def start(self, *parts: Part) -> None:
        """Start parts that do not need each other, and keep them running from now on.

        Raises: what the first part that failed has raised.
        """
        self._parts.extend(parts)
        starts = [asyncio.create_task(self._first_start(part)) for part in parts]
        try:
            await asyncio.gather(*starts)
        finally:  # when one fails, the others are not waited for
            for start in starts:
                start.cancel()
            await asyncio.gather(*starts, return_exceptions=True)
        self._watches.extend(asyncio.create_task(self._keep(part)) for part in parts)

    async def _first_start(self, part: Part) -> None:
        try:
            await part.start()
        except ServiceEnded as failure:  # what was in its way may be gone, as after any later end
            self._say(f"{part.name}: {failure}; starting it again in {FIRST_PAUSE_SECONDS:g} s")
            log.warning("part_ended", part=part.name, how=str(failure), pause_s=FIRST_PAUSE_SECONDS)
            await asyncio.sleep(FIRST_PAUSE_SECONDS)
            await part.start()
        self._say(f"{part.name}: running")

    async def _keep(self, part: Part) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            since = time.monotonic()
            how = await part.ended()
            if time.monotonic() - since > STEADY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            while True:
                self._say(f"{part.name}: {how}; starting it again in {pause:g} s")
                log.warning("part_ended", part=part.name, how=how, pause_s=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                try:
                    await part.start()
                except Exception as failure:  # noqa: BLE001  whatever it was, the next try comes
                    how = f"did not start ({failure})"
                else:
                    break
            self._say(f"{part.name}: running again")
