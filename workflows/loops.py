"""Workflow loops: a workflow's own tasks; where one breaks, the workflow's task fails visibly."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class LoopBroken(Exception):
    """One of the workflow's own tasks has failed."""


class Loops:
    """Begins tasks beside one another, and remembers the first that broke."""

    def __init__(self) -> None:
        self._broken: Exception | None = None

    @property
    def broken(self) -> bool:
        """Return whether one of them has failed."""
        return self._broken is not None

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do the work beside the others."""

        async def watched() -> None:
            try:
                await work
            except Exception as broken:  # noqa: BLE001  whatever it is, it must be seen
                self._broken = self._broken or broken

        return asyncio.create_task(watched())

    def require_whole(self) -> None:
        """Return if none has failed.

        Raises: LoopBroken.
        """
        if self._broken is not None:
            raise LoopBroken(repr(self._broken)) from self._broken
