"""Remembered answers: what a provider publishes of itself, asked for at most once a minute."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

FLOOR: Final = timedelta(minutes=1)  # between two questions that strangers can cause
LIFETIME: Final = timedelta(hours=1)

type Clock = Callable[[], datetime]


class Remembered[T]:
    """An answer and how old it is. Who asks at the same time waits for the same answer."""

    def __init__(self, ask: Callable[[], Awaitable[T]], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._turn = asyncio.Lock()
        self._known: tuple[T, datetime] | None = None
        self._asked_anew_at: datetime | None = None

    async def answer(self) -> T:
        """Return the answer, at most an hour old."""
        async with self._turn:
            if self._known is not None:
                answer, since = self._known
                if self._clock() - since < LIFETIME:
                    return answer
            return await self._asked()

    async def newer_than(self, seen: T) -> T:
        """Return another answer than the one that did not do, or the same if one was just sought.

        Whoever sends nonsense can have the provider asked once a minute, and no more.
        """
        async with self._turn:
            if self._known is not None and self._known[0] is not seen:
                return self._known[0]
            now = self._clock()
            if self._asked_anew_at is not None and now - self._asked_anew_at < FLOOR:
                return seen
            self._asked_anew_at = now
            return await self._asked()

    async def _asked(self) -> T:
        answer = await self._ask()
        self._known = (answer, self._clock())
        return answer
