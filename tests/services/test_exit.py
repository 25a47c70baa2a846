"""A process leaves with the code it means, also after it has used the Temporal client."""

import asyncio
import signal
import subprocess
import sys

import pytest

from services.stack.supervisor.service_process import ROOT
from tests.temporal_servers import TemporalServer

EXITS = 50
AT_ONCE = 5

USES_TEMPORAL = """
import sys
from temporalio.client import Client
from services.exit import run

async def main():
    client = await Client.connect(sys.argv[1])
    await client.service_client.check_health()
    print("done")
    return 7

run(main)
"""

OTHER_ENDINGS = """
import asyncio, atexit, sys
from services.exit import run

async def main():
    atexit.register(print, "handlers ran")
    sys.stdout.write("not flushed ")
    {ending}

run(main)
"""


@pytest.mark.stack
async def test_fifty_processes_that_used_temporal_leave_with_their_own_code(
    temporal: TemporalServer,
) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def ending() -> tuple[int | None, bytes]:
        async with slots:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", USES_TEMPORAL, temporal.address),
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
            )
            printed, _ = await process.communicate()
            return process.returncode, printed

    endings = await asyncio.gather(*(ending() for _ in range(EXITS)))
    assert set(endings) == {(7, b"done\n")}


@pytest.mark.parametrize(
    ("ending", "code", "told"),
    [
        ("return 0", 0, ""),
        ("return 3", 3, ""),
        ("raise SystemExit(4)", 4, ""),
        ("raise SystemExit('no such incident')", 1, "no such incident"),
        ("raise KeyError('a bug')", 1, "KeyError: 'a bug'"),
        ("raise KeyboardInterrupt", 128 + signal.SIGINT, ""),
    ],
)
def test_every_way_to_end_has_its_code_and_loses_no_word(ending: str, code: int, told: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", OTHER_ENDINGS.format(ending=ending)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == code
    assert ended.stdout == "not flushed handlers ran\n"
    assert told in ended.stderr
