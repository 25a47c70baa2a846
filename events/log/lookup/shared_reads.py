"""Shared reads: what is asked while a read is under way is answered by the next one, all at once.

Nothing is remembered: whoever asks gets an answer that was read after it asked.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from events.errors import LogFault, LogUnavailable

AT_ONCE: Final = 2  # reads: one that takes long does not hold up all that is asked behind it
MOST: Final = 500  # keys in one read, but for an asker who wants more


@dataclass(frozen=True, slots=True, eq=False)
class _Asker[Key, Answer]:
    """Somebody who waits for answers."""

    keys: Sequence[Key]
    answers: asyncio.Future[Mapping[Key, Answer]]


class SharedReads[Source, Key: Hashable, Answer]:
    """Reads from one source for all who ask it at the same time."""

    def __init__(
        self, read: Callable[[Source, Sequence[Key]], Awaitable[Mapping[Key, Answer]]]
    ) -> None:
        self._read = read
        self._askers: deque[_Asker[Key, Answer]] = deque()
        self._reading: set[asyncio.Task[None]] = set()

    async def answers(self, source: Source, keys: Sequence[Key]) -> Mapping[Key, Answer]:
        """Return the answers to these keys, perhaps among others.

        Raises: LogUnavailable, or what else the read raises.
        """
        if not keys:
            return {}
        asker = _Asker[Key, Answer](keys, asyncio.get_running_loop().create_future())
        self._askers.append(asker)
        if len(self._reading) < AT_ONCE:
            self._reading.add(asyncio.create_task(self._answer_all(source)))
        return await asker.answers

    async def _answer_all(self, source: Source) -> None:
        try:
            await self._answer_askers(source)
        finally:  # in the step in which it saw nobody waiting: who comes next starts another
            self._reading.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _answer_askers(self, source: Source) -> None:
        while self._askers:
            askers = self._next()
            keys = [*dict.fromkeys(key for one in askers for key in one.keys)]
            try:
                found = await self._read(source, keys)
            except Exception as fault:  # noqa: BLE001  whoever asked hears of it
                _refuse(askers, fault)
            except BaseException:
                for one in askers:
                    one.answers.cancel()
                raise
            else:
                for one in askers:
                    if not one.answers.done():
                        one.answers.set_result(found)

    def _next(self) -> list[_Asker[Key, Answer]]:
        chosen, number = [self._askers.popleft()], 0
        while self._askers and (number := number + len(chosen[-1].keys)) < MOST:
            chosen.append(self._askers.popleft())
        return chosen


def _refuse[Key, Answer](askers: Sequence[_Asker[Key, Answer]], fault: Exception) -> None:
    """Tell everybody; each gets a fault of its own, for a traceback is not shared."""
    for one in askers:
        if not one.answers.done():
            ours = LogUnavailable(str(fault)) if isinstance(fault, LogFault) else fault
            one.answers.set_exception(ours)
