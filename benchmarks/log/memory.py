"""Memory: a log of a million events, read from end to end, and how long that takes."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec
from rich.progress import Progress

from benchmarks.log import long_reading
from benchmarks.log.bulk_load import load
from benchmarks.log.long_reading import Read
from benchmarks.measuring.comparison import Comparison, Peer, alone, less_is_better
from benchmarks.measuring.rounds import Rounds
from benchmarks.measuring.servers import Databases, postgres
from services.stack.supervisor.service_process import ROOT

EVENTS: Final = 1_000_000
LIMIT: Final = Peer(name="the limit", reached=Rounds((256.0,)), goal=1.0)
NAMES: Final = {
    "replay": "replay into typed events",
    "rebuild": "rebuild of the timeline",
    "export": "export",
    "verify": "verification of the export",
}


async def measure(progress: Progress) -> list[Comparison]:
    """Read the log in every way, one after the other, each in a process of its own."""
    rows: list[Comparison] = []
    async with postgres() as databases:
        progress.console.print(f"loading a log with {EVENTS:,} events")
        await load(databases.owner_dsn, EVENTS)
        with tempfile.TemporaryDirectory(prefix="tocsin-memory-") as folder:
            for what, name in NAMES.items():
                progress.console.print(f"{name} …")
                read = await reading(what, databases, Path(folder) / "export")
                memory, speed = Rounds((read.mebibytes,)), Rounds((read.events_per_second,))
                rows += [
                    less_is_better(f"{name}, {EVENTS:,} events", "MiB", memory, LIMIT),
                    alone(f"{name}, {EVENTS:,} events", "events/s", speed),
                ]
    return rows


async def reading(what: str, databases: Databases, folder: Path) -> Read:
    """Let a process read the log.

    Raises: RuntimeError.
    """
    dsn = databases.projector_dsn if what == "rebuild" else databases.app_dsn
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", long_reading.__name__, what, dsn, str(folder)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{what} ended with {process.returncode}")
    return msgspec.json.decode(printed.splitlines()[-1], type=Read)
