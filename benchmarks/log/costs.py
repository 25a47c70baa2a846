"""Costs of an append: the hash chain, and what NOTIFY would cost if there were one."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Final

import asyncpg
from rich.progress import Progress

from benchmarks.log.append import writers
from benchmarks.measuring.comparison import Comparison, Peer, more_is_better
from benchmarks.measuring.loops import rate
from benchmarks.measuring.rounds import Measure, Rounds, interleaved
from benchmarks.measuring.servers import postgres
from benchmarks.peers.bare_insert import BareInsert
from events.log.postgres import PostgresLog

SOME: Final = 16
ROUNDS: Final = 7
UNIT: Final = "events/s"
UNCHAINED: Final = "the same append function without the chain"
SILENT: Final = "the same without NOTIFY"

# The same signature, so that the append function does everything else as it does it here.
NO_CHAIN: Final = """
create or replace function es.event_hash(
    previous bytea, stream text, version bigint, "position" bigint, event_id uuid,
    command_id uuid, recorded_us bigint, schema_version integer, type text, payload bytea,
    meta bytea
) returns bytea
language sql stable parallel safe
return decode(repeat('00', 32), 'hex')
"""
NOTIFYING: Final = """
create function notify_reader() returns trigger language plpgsql as $$
begin
    perform pg_notify('reader', '');
    return null;
end $$;
create trigger notify_reader after insert on {table}
    for each statement execute function notify_reader();
"""


async def measure(progress: Progress) -> list[Comparison]:
    """Run the same appends with a promise and without it, on a server for each."""
    async with AsyncExitStack() as stack:
        reached = await interleaved(await contestants(stack), progress, ROUNDS)
    return compared(reached)


async def contestants(stack: AsyncExitStack) -> Mapping[str, Measure]:
    """Start the servers and return what is to be measured on each."""
    plain = await log_on_a_server(stack, None)
    unchained = await log_on_a_server(stack, NO_CHAIN)
    notifying = await log_on_a_server(stack, NOTIFYING.format(table="es.event"))
    silent = await inserts_on_a_server(stack, None)
    loud = await inserts_on_a_server(stack, NOTIFYING.format(table="bare_event"))
    return {
        "chained 1": lambda: rate(writers(plain, 1)),
        "unchained 1": lambda: rate(writers(unchained, 1)),
        "notifying 1": lambda: rate(writers(notifying, 1)),
        "chained 16": lambda: rate(writers(plain, SOME)),
        "unchained 16": lambda: rate(writers(unchained, SOME)),
        "notifying 16": lambda: rate(writers(notifying, SOME)),
        "silent insert 16": lambda: rate(silent.writers(SOME)),
        "notifying insert 16": lambda: rate(loud.writers(SOME)),
    }


async def log_on_a_server(stack: AsyncExitStack, changed: str | None) -> PostgresLog:
    """Open a log on a server of its own, whose schema is changed first."""
    databases = await stack.enter_async_context(postgres())
    if changed is not None:
        await execute(databases.owner_dsn, changed)
    log = await PostgresLog.open(databases.app_dsn)
    stack.push_async_callback(log.close)
    return log


async def inserts_on_a_server(stack: AsyncExitStack, changed: str | None) -> BareInsert:
    """Open a plain table on a server of its own, which is changed first."""
    databases = await stack.enter_async_context(postgres())
    inserts = await stack.enter_async_context(BareInsert.open(databases.owner_dsn, SOME))
    if changed is not None:
        await execute(databases.owner_dsn, changed)
    return inserts


async def execute(owner_dsn: str, sql: str) -> None:
    """Run some statements as the owner."""
    connection = await asyncpg.connect(owner_dsn)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def compared(reached: Mapping[str, Rounds]) -> list[Comparison]:
    """Set each beside the one without it."""

    def row(
        name: str, ours: str, without: str, peer_name: str, goal: float | None = None
    ) -> Comparison:
        peer = Peer(name=peer_name, reached=reached[without], goal=goal)
        return more_is_better(name, UNIT, reached[ours], peer)

    return [
        row("append with its chain, 1 writer", "chained 1", "unchained 1", UNCHAINED, 0.85),
        row("append with its chain, 16 writers", "chained 16", "unchained 16", UNCHAINED),
        row("append, if it did NOTIFY, 1 writer", "notifying 1", "chained 1", SILENT),
        row("append, if it did NOTIFY, 16 writers", "notifying 16", "chained 16", SILENT),
        row("bare INSERT, if it did NOTIFY, 16 writers", "notifying insert 16",
            "silent insert 16", SILENT),
    ]  # fmt: skip
