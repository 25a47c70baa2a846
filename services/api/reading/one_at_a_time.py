"""One at a time: long work on one thread beside the event loop, with few who may wait for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from services.api.http.load_shedding import Overloaded


class OneAtATime:
    """Bounded queue of work for one thread: more threads would hold up who acknowledges."""

    def __init__(self, what: str, *, waiting: int) -> None:
        self._what = what  # in the plural, for who is turned away
        self._may_wait = waiting
        self._thread = ThreadPoolExecutor(1, what)
        self._under_way: set[Future[Any]] = set()

    def require_place(self) -> None:
        """Refuse work that would wait behind too much.

        Raises: Overloaded.
        """
        if len(self._under_way) > self._may_wait:
            raise Overloaded(f"Too many {self._what} are waiting: try again in a moment.")

    async def done[Made](self, work: Callable[[], Made]) -> Made:
        """Have the work done when its turn comes, and return what it makes.

        Raises: Overloaded, what the work raises.
        """
        self.require_place()
        future = self._thread.submit(work)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        # Who leaves does not stop a thread: the work keeps its place until it really is over.
        return await asyncio.shield(asyncio.wrap_future(future))
