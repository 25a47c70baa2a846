"""One seed is one log, to the last byte; another seed is another one."""

import os
import subprocess
import sys

from services.simulation.year import simulated
from tests.house.tree import ROOT
from tests.services.simulation.spans import root, span

ELSEWHERE = """
import asyncio
from services.simulation.year import simulated
from tests.services.simulation.spans import root, span

async def main():
    print((await root(await simulated(span()))).hex())

asyncio.run(main())
"""


async def test_two_runs_of_a_seed_give_the_same_log_byte_for_byte_and_others_another() -> None:
    first = await root(await simulated(span()))
    assert await root(await simulated(span())) == first
    assert await root(await simulated(span(seed=8))) != first


async def test_another_process_with_another_order_of_sets_gives_the_same_log() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "4321", "PYTHONPATH": str(ROOT)}
    said = subprocess.run(  # noqa: ASYNC221  nothing else runs
        [sys.executable, "-c", ELSEWHERE],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split()[-1] == (await root(await simulated(span()))).hex()
