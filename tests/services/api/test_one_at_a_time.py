"""Long work is done one piece at a time, few wait for it, and who comes too late is told so."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from services.api.http.load_shedding import Overloaded
from services.api.reading.one_at_a_time import OneAtATime


class Work:
    """Work that takes until it is let go."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.at_once = 0
        self.most_at_once = 0

    def __call__(self) -> str:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        assert self.may_end.wait(10)
        self.at_once -= 1
        return "made"


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.may_end.set()


async def begun(queue: OneAtATime, work: Work, many: int) -> list[asyncio.Task[str]]:
    tasks = [asyncio.create_task(queue.done(work)) for _ in range(many)]
    await asyncio.sleep(0)
    return tasks


async def test_who_waits_has_a_turn_and_nobody_more_may_wait(work: Work) -> None:
    queue = OneAtATime("backtests", waiting=2)
    tasks = await begun(queue, work, 3)
    with pytest.raises(Overloaded, match="Too many backtests"):
        await queue.done(work)
    work.may_end.set()
    assert await asyncio.gather(*tasks) == ["made"] * 3
    assert work.most_at_once == 1
    assert await queue.done(work) == "made"


async def test_who_leaves_makes_room_only_when_the_work_is_over(work: Work) -> None:
    queue = OneAtATime("backtests", waiting=0)
    [left] = await begun(queue, work, 1)
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)
    with pytest.raises(Overloaded):
        queue.require_place()
    work.may_end.set()
    while True:
        try:
            assert await queue.done(work) == "made"
            break
        except Overloaded:
            await asyncio.sleep(0)


async def test_work_that_fails_makes_room_too() -> None:
    queue = OneAtATime("backtests", waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await queue.done(lambda: 1 // 0)
