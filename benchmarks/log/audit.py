"""Audit: verifying an export, and what the notary costs those who append."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg
import msgspec
from rich.progress import Progress

from benchmarks.log.append import writers
from benchmarks.log.replay import fill, rows
from benchmarks.measuring.comparison import Comparison, Peer, more_is_better
from benchmarks.measuring.loops import rate
from benchmarks.measuring.rounds import Measure, interleaved
from benchmarks.measuring.servers import Databases, postgres
from events.log import database as pools
from events.log.postgres import PostgresLog
from events.log.proof.event_line import line_of
from events.log.proof.tree_heads import TreeHeads
from services.cli.audit.export_directory import (
    CHECKPOINTS,
    EVENTS,
    FORMAT,
    KEYS,
    MANIFEST,
    CheckpointLine,
    Manifest,
    events_in,
    read_manifest,
    written,
)
from services.cli.audit.verifying import verified
from services.notary.publishing import Publisher
from services.notary.signing import Notary

SOME: Final = 16
PAGE: Final = 5_000
ROUNDS: Final = 5
UNIT: Final = "events/s"
FILE: Final = "000001.ndjson"
ROWS: Final = "asyncpg rows of the same log, not checked"
LINES: Final = "the same export, read and not checked"
WITHOUT: Final = "the same log, nobody signs"
LOOK_SECONDS: Final = 0.05


async def measure(progress: Progress) -> list[Comparison]:
    """Verify an export of a log as it is read otherwise, and append with and without a notary."""
    async with AsyncExitStack() as block:
        databases = await block.enter_async_context(postgres())
        folder = Path(block.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-audit-")))
        reached = await interleaved(await contestants(block, databases, folder), progress, ROUNDS)
    return [
        more_is_better(
            "verify an export", UNIT, reached["verify"], Peer(name=ROWS, reached=reached["rows"])
        ),
        more_is_better(
            "verify an export", UNIT, reached["verify"], Peer(name=LINES, reached=reached["lines"])
        ),
        more_is_better(
            "append while the notary signs, 16 writers",
            UNIT,
            reached["signed"],
            Peer(name=WITHOUT, reached=reached["unsigned"], goal=0.95),
        ),
    ]


async def contestants(
    block: AsyncExitStack, databases: Databases, folder: Path
) -> Mapping[str, Measure]:
    """Fill and sign a log, export it, and return what is to be measured."""
    log = await PostgresLog.open(databases.app_dsn)
    block.push_async_callback(log.close)
    connection = await asyncpg.connect(databases.app_dsn)
    block.push_async_callback(connection.close)
    pool = await pools.Database.open(databases.notary_dsn)
    block.push_async_callback(pool.close)
    heads = TreeHeads(pool)
    await fill(log)
    notary = Notary(heads, folder / "notary-keys", None, Publisher(None, None))
    while await notary.sign_new():
        pass
    export = folder / "export"
    await exported(log, heads, export)

    async def signed() -> float:
        async with notary_process(databases, folder, log, heads):
            return await rate(writers(log, SOME))

    return {
        "verify": lambda: asyncio.to_thread(verify, export),
        "lines": lambda: asyncio.to_thread(read_lines, export),
        "rows": lambda: rows(connection),
        "unsigned": lambda: rate(writers(log, SOME)),
        "signed": signed,
    }


async def exported(log: PostgresLog, heads: TreeHeads, out: Path) -> None:
    """Write the log as `tocsin audit export` does, without an API in between."""
    await asyncio.to_thread((out / EVENTS).mkdir, parents=True)
    position = 0
    with (out / EVENTS / FILE).open("wb") as file:
        while page := await log.read_all(position, PAGE):
            file.writelines(line_of(event) for event in page)
            position = page[-1].position
    notes = [CheckpointLine(size=head.size, note=head.note) for head in await heads.after(0, 10**6)]
    (out / CHECKPOINTS).write_bytes(b"".join(map(written, notes)))
    (out / KEYS).write_text("".join(f"{key}\n" for key in await heads.keys()))
    manifest = Manifest(
        format=FORMAT,
        kind="log",
        incident=None,
        exported_at=datetime.now(UTC),
        events=position,
        position=position,
        parts=[FILE],
    )
    (out / MANIFEST).write_bytes(msgspec.json.encode(manifest))


def verify(export: Path) -> float:
    """Verify the export.

    Units: events a second.
    """
    begin = time.perf_counter()
    account = verified(export)
    if not account.is_fine:
        raise RuntimeError(f"the benchmark's own log has faults: {account.faults[0].sentence}")
    return account.events / (time.perf_counter() - begin)


def read_lines(export: Path) -> float:
    """Read every event of the export and look at nothing.

    Units: events a second.
    """
    begin = time.perf_counter()
    events = sum(1 for _ in events_in(export, read_manifest(export)))
    return events / (time.perf_counter() - begin)


@asynccontextmanager
async def notary_process(
    databases: Databases, folder: Path, log: PostgresLog, heads: TreeHeads
) -> AsyncIterator[None]:
    """Run the notary as it runs beside a team's log; enter once it has caught up."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.notary",
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TOCSIN_NOTARY_DSN": databases.notary_dsn,
            "TOCSIN_NOTARY_KEY": str(folder / "notary-keys"),
            "TOCSIN_NOTARY_DIRECTORY": str(folder / "checkpoints"),
        },
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        end = await log.head()
        while (newest := await heads.newest()) is None or newest.size < end:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
        yield
    finally:
        process.terminate()
        await process.wait()
