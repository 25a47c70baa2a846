import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from events.errors import LogOverloaded, LogRefused, LogUnavailable, NotStorable
from events.log.group_commit import MAX_BYTES, MAX_REQUESTS, GroupCommit, Ready
from events.log.recorded import AppendResult, Verdict
from tests.events.log.requests import append, data

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def ready(stream: str = "notes-1", size: int = 100) -> Ready:
    return Ready(request=append(stream, data()), meta=b"{}", size=size)


def answer(stream: str) -> AppendResult:
    return AppendResult(
        verdict=Verdict.APPENDED,
        stream=stream,
        version=1,
        first_position=1,
        last_position=1,
        hash=bytes(32),
        recorded_at=NOW,
    )


class Disk:
    """Stands at the far end of the queue: holds each flush until it is let go."""

    def __init__(self) -> None:
        self.flushes: list[list[str]] = []
        self.command_ids: list[list[str]] = []
        self.free = asyncio.Event()
        self.free.set()
        self.faults: list[Exception] = []
        self.poison: dict[str, Exception] = {}

    async def flush(self, batch: Sequence[Ready]) -> list[AppendResult]:
        self.flushes.append([one.request.stream for one in batch])
        self.command_ids.append([str(one.request.command_id) for one in batch])
        await self.free.wait()
        if self.faults:
            raise self.faults.pop(0)
        for one in batch:
            if error := self.poison.get(one.request.stream):
                raise error
        return [answer(one.request.stream) for one in batch]


@asynccontextmanager
async def group(disk: Disk, **limits: Any) -> AsyncIterator[GroupCommit]:
    opened = GroupCommit(disk.flush, **limits)
    try:
        yield opened
    finally:
        disk.free.set()
        await opened.close()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_waits_during_a_flush_goes_out_together_in_the_next() -> None:
    disk = Disk()
    async with group(disk) as commit:
        disk.free.clear()
        first = asyncio.create_task(commit.submit(ready("a-1")))
        await settle()
        rest = [asyncio.create_task(commit.submit(ready(f"b-{n}"))) for n in range(5)]
        await settle()
        disk.free.set()
        await asyncio.gather(first, *rest)
    assert disk.flushes == [["a-1"], ["b-0", "b-1", "b-2", "b-3", "b-4"]]


async def test_a_flush_has_a_ceiling_in_requests_and_in_bytes() -> None:
    disk = Disk()
    async with group(disk) as commit:
        await asyncio.gather(*(commit.submit(ready()) for _ in range(MAX_REQUESTS + 1)))
        assert [len(flush) for flush in disk.flushes] == [MAX_REQUESTS, 1]
        disk.flushes.clear()
        await asyncio.gather(*(commit.submit(ready(size=MAX_BYTES // 2)) for _ in range(3)))
        assert [len(flush) for flush in disk.flushes] == [2, 1]


async def test_a_caller_who_leaves_before_the_flush_is_not_sent() -> None:
    disk = Disk()
    async with group(disk) as commit:
        disk.free.clear()
        first = asyncio.create_task(commit.submit(ready("a-1")))
        await settle()
        leaving = asyncio.create_task(commit.submit(ready("leaving-1")))
        staying = asyncio.create_task(commit.submit(ready("staying-1")))
        await settle()
        leaving.cancel()
        await settle()
        disk.free.set()
        await asyncio.gather(first, staying)
    assert disk.flushes == [["a-1"], ["staying-1"]]


async def test_a_full_queue_refuses_at_once() -> None:
    disk = Disk()
    async with group(disk, max_waiting=2) as commit:
        disk.free.clear()
        waiting = [asyncio.create_task(commit.submit(ready()))]
        await settle()  # this one is being sent, the next two wait
        waiting += [asyncio.create_task(commit.submit(ready())) for _ in range(2)]
        await settle()
        with pytest.raises(LogOverloaded):
            await commit.submit(ready())
        disk.free.set()
        await asyncio.gather(*waiting)


@pytest.mark.parametrize("error", [NotStorable("bad"), LogRefused("P0001"), ValueError("bug")])
async def test_a_poisoned_group_is_sent_again_one_by_one(error: Exception) -> None:
    disk = Disk()
    disk.poison["poison-1"] = error
    async with group(disk) as commit:
        results = await asyncio.gather(
            *(commit.submit(ready(stream)) for stream in ("a-1", "poison-1", "b-1")),
            return_exceptions=True,
        )
    assert results[1] is error
    assert [getattr(one, "stream", None) for one in (results[0], results[2])] == ["a-1", "b-1"]


async def test_a_lost_connection_is_retried_under_the_same_command_ids() -> None:
    disk = Disk()
    disk.faults = [LogUnavailable("gone"), LogUnavailable("still gone")]
    async with group(disk) as commit:
        results = await asyncio.gather(commit.submit(ready("a-1")), commit.submit(ready("b-1")))
    assert [result.stream for result in results] == ["a-1", "b-1"]
    assert disk.command_ids == [disk.command_ids[0]] * 3


async def test_a_database_that_stays_away_is_reported_within_the_deadline() -> None:
    disk = Disk()
    disk.faults = [LogUnavailable("gone") for _ in range(100)]
    async with group(disk, append_seconds=0.2) as commit:
        with pytest.raises(LogUnavailable, match="command id"):
            await commit.submit(ready())


async def test_closing_answers_everybody_who_waits_and_takes_no_more() -> None:
    disk = Disk()
    async with group(disk) as commit:
        waiting = [asyncio.create_task(commit.submit(ready())) for _ in range(3)]
        await settle()
        await commit.close()
        assert [one.result().verdict for one in waiting] == [Verdict.APPENDED] * 3
        with pytest.raises(LogUnavailable):
            await commit.submit(ready())


async def test_closing_while_the_database_hangs_still_ends() -> None:
    disk = Disk()
    disk.free.clear()
    commit = GroupCommit(disk.flush, drain_seconds=0.1)
    sent = asyncio.create_task(commit.submit(ready()))
    await settle()
    queued = asyncio.create_task(commit.submit(ready()))
    await settle()
    await commit.close()
    results = await asyncio.gather(sent, queued, return_exceptions=True)
    assert [type(result) for result in results] == [LogUnavailable, LogUnavailable]
