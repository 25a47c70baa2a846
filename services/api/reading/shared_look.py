"""Shared look (single flight): one is under way at a time, and all who ask get its result."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any


class SharedLook[Found]:
    """Single flight: one look at a time; all who ask meanwhile get its result."""

    def __init__(self) -> None:
        self._under_way: asyncio.Task[Found] | None = None

    async def found(self, look: Callable[[], Coroutine[Any, Any, Found]]) -> Found:
        """Return what the look finds that is under way, or that begins now.

        Raises: what the look raises.
        """
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(look())
            self._under_way.add_done_callback(_taken_note_of)
        return await asyncio.shield(self._under_way)  # who leaves ends nothing for the others


def _taken_note_of(look: asyncio.Task[Any]) -> None:
    with suppress(asyncio.CancelledError):
        look.exception()  # also when everybody who asked has left
