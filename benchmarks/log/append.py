"""Append: single events to distinct streams, against a bare INSERT and other stores."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Final

from rich.progress import Progress

from benchmarks.log.samples import append
from benchmarks.measuring.comparison import Comparison, Peer, more_is_better
from benchmarks.measuring.loops import Call, rate, rate_in_threads
from benchmarks.measuring.rounds import Measure, Rounds, interleaved
from benchmarks.measuring.servers import Databases, postgres
from benchmarks.peers.bare_group import BareGroup
from benchmarks.peers.bare_insert import BareInsert
from benchmarks.peers.eventsourcing import Eventsourcing
from benchmarks.peers.message_db import MessageDb
from events.log.postgres import PostgresLog

NAME: Final = "append"
MANY: Final = 64
SOME: Final = 16
UNIT: Final = "events/s"

LIBRARY: Final = "eventsourcing PostgresApplicationRecorder"
MESSAGE_DB: Final = "message-db style function"
BARE: Final = "bare asyncpg INSERT"
KEYED: Final = "bare asyncpg INSERT, unique version and event id"
GROUP: Final = "group commit alone, into a plain table"


async def measure(progress: Progress) -> list[Comparison]:
    """Run every store on one server and compare."""
    async with AsyncExitStack() as stack:
        databases = await stack.enter_async_context(postgres())
        return compared(await interleaved(await contestants(stack, databases), progress))


async def contestants(stack: AsyncExitStack, databases: Databases) -> Mapping[str, Measure]:
    """Open every store and return what each of them is to do."""
    sync = await PostgresLog.open(databases.app_dsn)
    stack.push_async_callback(sync.close)
    two_phase = await PostgresLog.open(databases.app_dsn, durable_commit="two_phase")
    stack.push_async_callback(two_phase.close)
    dsn = databases.owner_dsn
    bare = await stack.enter_async_context(BareInsert.open(dsn, MANY))
    keyed = await stack.enter_async_context(BareInsert.open(dsn, SOME, keyed=True))
    group = await stack.enter_async_context(BareGroup.open(dsn))
    message_db = await stack.enter_async_context(MessageDb.open(dsn, SOME))
    library = stack.enter_context(Eventsourcing.open(dsn, SOME))
    return {
        "sync 16": lambda: rate(writers(sync, SOME)),
        "bare 16": lambda: rate(bare.writers(SOME)),
        "keyed 16": lambda: rate(keyed.writers(SOME)),
        "group 16": lambda: rate(group.writers(SOME)),
        "message-db 16": lambda: rate(message_db.writers(SOME)),
        "eventsourcing 16": lambda: asyncio.to_thread(rate_in_threads, SOME, library.write),
        "two-phase 16": lambda: rate(writers(two_phase, SOME)),
        "sync 1": lambda: rate(writers(sync, 1)),
        "bare 1": lambda: rate(bare.writers(1)),
        "group 1": lambda: rate(group.writers(1)),
        "keyed 1": lambda: rate(keyed.writers(1)),
        "two-phase 1": lambda: rate(writers(two_phase, 1)),
        "sync 64": lambda: rate(writers(sync, MANY)),
        "bare 64": lambda: rate(bare.writers(MANY)),
        "two-phase 64": lambda: rate(writers(two_phase, MANY)),
    }


def writers(log: PostgresLog, number: int) -> list[Call]:
    """Return that many callers of one log, all in this process as in the API."""

    async def write() -> object:
        return await log.append(append())

    return [write] * number


def compared(reached: Mapping[str, Rounds]) -> list[Comparison]:
    """Set ours against each peer."""

    def row(name: str, ours: str, peer: str, peer_name: str, goal: float | None) -> Comparison:
        beside = Peer(name=peer_name, reached=reached[peer], goal=goal)
        return more_is_better(name, UNIT, reached[ours], beside)

    return [
        row("append, 16 writers", "sync 16", "bare 16", BARE, 0.7),
        row("append, 16 writers", "sync 16", "keyed 16", KEYED, None),
        row("append, 16 writers", "sync 16", "group 16", GROUP, None),
        row(f"{GROUP}, 16 writers", "group 16", "bare 16", BARE, None),
        row("append, 16 writers", "sync 16", "message-db 16", MESSAGE_DB, 3.2),
        row("append, 16 writers", "sync 16", "eventsourcing 16", LIBRARY, 10.0),
        row("append, 1 writer", "sync 1", "bare 1", BARE, 0.55),
        row("append, 1 writer", "sync 1", "keyed 1", KEYED, None),
        row("append, 1 writer", "sync 1", "group 1", GROUP, None),
        row(f"{GROUP}, 1 writer", "group 1", "bare 1", BARE, None),
        row("append, 64 writers", "sync 64", "bare 64", BARE, 1.1),
        row("append in two phases, 16 writers", "two-phase 16", "bare 16", BARE, None),
        row("append in two phases, 1 writer", "two-phase 1", "bare 1", BARE, None),
        row("append in two phases, 64 writers", "two-phase 64", "bare 64", BARE, None),
    ]
