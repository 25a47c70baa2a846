"""Steady intake: alerts at a rate through `/v2/enqueue`, beside a bare FastAPI and its INSERT.

`TOCSIN_BENCH_RATE` and `TOCSIN_BENCH_SECONDS` say how many a second, and for how long.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
import psutil
from rich.progress import Progress

from benchmarks.incidents.callers import CommandNotDone, api_client
from benchmarks.incidents.open_incidents import once
from benchmarks.incidents.paging import Desk, Inbox
from benchmarks.incidents.worker_process import busy, memory
from benchmarks.intake.door import ALERTS, Door, opened
from benchmarks.intake.open_loop import Load, OpenLoop
from benchmarks.measuring.comparison import (
    Comparison,
    Peer,
    alone,
    less_is_better,
    more_is_better,
)
from benchmarks.measuring.rounds import Rounds, interleaved, quiet
from benchmarks.peers.bare_door import bare_door
from services.settings import Settings
from services.stack.ports import free_port
from services.stack.stack import Stack, running_stack

RATE: Final = int(os.environ.get("TOCSIN_BENCH_RATE", "1000"))
SECONDS: Final = float(os.environ.get("TOCSIN_BENCH_SECONDS", "300"))
ROUND_SECONDS: Final = min(5.0, SECONDS)  # of what is measured in turns
ROUNDS: Final = 3
WARM_SECONDS: Final = 3.0
FIRST_RATE: Final = 20  # alerts a second that open the incidents
LIMIT_MS: Final = 100.0
HALF: Final = 0.5
DRAIN_SECONDS: Final = 600.0
BARE: Final = "bare FastAPI + committed INSERT"
WAITING: Final = "select count(*) from es.arrival where outcome is null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A whole stack, its door, and where its pages arrive."""

    stack: Stack
    door: Door
    inbox: Inbox
    database: asyncpg.Connection

    @property
    def api(self) -> psutil.Process:
        """Return the process that serves the door."""
        pid = self.stack.services["front"].pid
        assert pid is not None
        return psutil.Process(pid)

    async def drained(self) -> float:
        """Return how long it takes until every message has come to its end.

        Units: seconds. Raises: TimeoutError.
        """
        begin = time.perf_counter()
        async with asyncio.timeout(DRAIN_SECONDS):
            while await self.database.fetchval(WAITING):  # noqa: ASYNC110  no bell
                await asyncio.sleep(0.5)
        return time.perf_counter() - begin

    async def first_alerts(self, loop: OpenLoop) -> None:
        """Open the alerts that are open at a time, and let what follows from them be done.

        Raises: CommandNotDone.
        """
        load = await loop.steady(
            FIRST_RATE, ALERTS / FIRST_RATE, lambda one: self.door.event("trigger", one)
        )
        require_all(load, ALERTS)
        await quiet()


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    """Run a whole stack with a door."""
    async with AsyncExitStack() as block:
        folder = block.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-benchmark-"))
        stack = await block.enter_async_context(
            running_stack(Path(folder), settings=Settings(webhook_allow_private=True))
        )
        http, inbox = await block.enter_async_context(api_client(stack)), Inbox()
        port = free_port()
        await block.enter_async_context(inbox.open(port))
        door = await opened(stack, http, Desk(http, inbox), port)
        database = await asyncpg.connect(stack.databases.owner_dsn)
        block.push_async_callback(database.close)
        yield Site(stack=stack, door=door, inbox=inbox, database=database)


def require_all(load: Load, number: int) -> None:
    """Go on if every request was accepted.

    Raises: CommandNotDone.
    """
    if len(load.accepted) != number:
        raise CommandNotDone(f"{len(load.accepted)} of {number} accepted: {load.statuses}")


async def measure(progress: Progress) -> list[Comparison]:
    """Send alerts to a whole stack, and to the bare door beside it."""
    async with AsyncExitStack() as block:
        here = await block.enter_async_context(site())
        assert here.stack.databases.owner_dsn is not None
        bare_url, bare = await block.enter_async_context(bare_door(here.stack.databases.owner_dsn))
        ours = await block.enter_async_context(OpenLoop.to(here.door.url))
        theirs = await block.enter_async_context(OpenLoop.to(bare_url))
        await here.first_alerts(ours)
        reached = await interleaved(
            {
                "ours": lambda: ours.flat_out(ROUND_SECONDS, here.door.message),
                "bare": lambda: theirs.flat_out(ROUND_SECONDS, here.door.message),
            },
            progress,
            ROUNDS,
            between=quiet,
        )
        peer = Peer(name=BARE, reached=reached["bare"], goal=HALF)
        row = more_is_better("alerts accepted, 64 connections", "1/s", reached["ours"], peer)
        return [row, *await sustained(here, ours, (theirs, bare), progress)]


async def sustained(
    here: Site, ours: OpenLoop, bare: tuple[OpenLoop, psutil.Process], progress: Progress
) -> list[Comparison]:
    """Send at the rate, first to the bare door and then to ours, for as long as it was asked."""
    task = progress.add_task(f"{RATE} a second for {SECONDS:.0f} s", total=None)
    theirs, process = bare
    await here.drained()
    await quiet()
    floor_before = busy(process)
    floor = await theirs.steady(RATE, ROUND_SECONDS, here.door.message)
    floor_each = 1000 * (busy(process) - floor_before) / len(floor.took)
    await quiet()
    await ours.steady(RATE, min(WARM_SECONDS, SECONDS), here.door.message)
    held, before = memory(here.api), busy(here.api)
    load = await ours.steady(RATE, SECONDS, here.door.message)
    each, grown = 1000 * (busy(here.api) - before) / len(load.took), memory(here.api) - held
    drained = await here.drained()
    progress.remove_task(task)
    what = f"{RATE} alerts a second for {SECONDS:.0f} s"
    limit, p99 = Peer(name="the goal", reached=once(LIMIT_MS), goal=1.0), once(load.share(99))
    return [
        less_is_better(f"{what}, p99", "ms", p99, limit),
        less_is_better(f"{what}, p99", "ms", p99, Peer(name=BARE, reached=once(floor.share(99)))),
        alone(f"{what}, p50", "ms", once(load.share(50))),
        alone(f"{what}, not accepted", "alerts", once(len(load.took) - len(load.accepted))),
        alone("until the last of them is processed", "s", once(drained)),
        alone("memory that the API grew by meanwhile", "MiB", once(max(grown, 0.0))),
        less_is_better(
            "computing of the API for one of them",
            "ms",
            once(each),
            Peer(name=BARE, reached=Rounds((floor_each,))),
        ),
    ]
