"""Worker process: a worker on its own, watched from outside."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import psutil

from benchmarks.measuring.servers import Databases
from services.stack.keys import made_up_key
from services.stack.supervisor.service_process import ROOT
from services.stack.temporal.server import RunningTemporal

MIB: Final = 2**20


@asynccontextmanager
async def worker_process(
    databases: Databases, temporal: RunningTemporal, log: Path
) -> AsyncIterator[psutil.Process]:
    """Run `python -m services.worker` for as long as the block runs."""
    environment = os.environ | {
        "TOCSIN_APP_DSN": databases.app_dsn,
        "TOCSIN_TEMPORAL_ADDRESS": temporal.address,
        "TOCSIN_TEMPORAL_NAMESPACE": temporal.namespace,
        "TOCSIN_LINK_KEY": secrets.token_urlsafe(32),
        "TOCSIN_SUBJECT_KEK": made_up_key(),
    }
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.worker"),
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        await process.wait()


def memory(process: psutil.Process) -> float:
    """Return what the process holds in memory.

    Units: MiB, resident.
    """
    return process.memory_info().rss / MIB


def busy(process: psutil.Process) -> float:
    """Return how long the process has computed in its life.

    Units: seconds of one core.
    """
    times = process.cpu_times()
    return times.user + times.system
