"""Whole-log readers in a process of their own: `python -m benchmarks.log.long_reading WHAT …`.

It prints how fast it was and how much memory it held at most.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import asyncpg
import msgspec

from benchmarks.log.audit import exported
from events.log.database import Database
from events.log.postgres import PostgresLog
from events.log.proof.tree_heads import TreeHeads
from projections.engine.log_batches import read_batch
from projections.incidents import timeline
from projections.revisions.rebuild import Rebuild
from services.cli.audit.verifying import verified

STATUS: Final = Path("/proc/self/status")
PEAK: Final = "VmHWM:"
KIB: Final = 2**10


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one reading of the log took."""

    events_per_second: float
    mebibytes: float  # resident, at most


async def replay(dsn: str, _folder: Path) -> int:
    """Decode every event, page by page, and return how many there were."""
    connection = await asyncpg.connect(dsn)
    position = 0
    while (page := await read_batch(connection, position)) is not None:
        position = page.position
    await connection.close()
    return position


async def rebuild(dsn: str, _folder: Path) -> int:
    """Rebuild the timeline, which has a row for every event."""
    connection = await asyncpg.connect(dsn, server_settings={"synchronous_commit": "off"})
    reached = 0

    def tell(progress: object) -> None:
        nonlocal reached
        reached = getattr(progress, "position", 0)

    await Rebuild(connection, timeline, "a benchmark").run(tell)
    await connection.close()
    return reached


async def export(dsn: str, folder: Path) -> int:
    """Write the whole log as an export."""
    log = await PostgresLog.open(dsn)
    pool = await Database.open(dsn)
    await exported(log, TreeHeads(pool), folder)
    head = await log.head()
    await pool.close()
    await log.close()
    return head


async def verify(_dsn: str, folder: Path) -> int:
    """Verify the export; nobody has signed it, and nothing else may be wrong with it.

    Raises: RuntimeError.
    """
    account = verified(folder)
    if any(fault.kind != "signature" for fault in account.faults):
        raise RuntimeError(f"the benchmark's own log has faults: {account.faults[0].sentence}")
    return account.events


READINGS: Final[dict[str, Callable[[str, Path], Awaitable[int]]]] = {
    "replay": replay,
    "rebuild": rebuild,
    "export": export,
    "verify": verify,
}


def peak() -> float:
    """Return the most memory this process has held.

    Units: MiB, resident.
    """
    if STATUS.exists():  # a child's `ru_maxrss` begins with its parent's on Linux
        line = next(one for one in STATUS.read_text().splitlines() if one.startswith(PEAK))
        return int(line.split()[1]) / KIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB**2


async def main() -> None:
    """Do what the arguments say: what, an address, a folder."""
    what, dsn, folder = sys.argv[1:]
    begin = time.perf_counter()
    events = await READINGS[what](dsn, Path(folder))
    seconds = time.perf_counter() - begin
    found = Read(events_per_second=events / seconds, mebibytes=peak())
    print(msgspec.json.encode(asdict(found)).decode())


if __name__ == "__main__":
    asyncio.run(main())
