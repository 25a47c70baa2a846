"""Incident command: HTTP in and answer out, against what its two stores alone would take.

The sum of a bare Update on an empty workflow and a bare INSERT is the least that a command can
cost which Temporal orders and PostgreSQL keeps. The bare path goes all the way, with nothing of
ours on it.
"""

import asyncio
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from pydantic import SecretStr
from rich.progress import Progress
from temporalio.client import Client
from temporalio.converter import DataConverter

from benchmarks.incidents.callers import OverHttp, OverTemporal, api_client, declare
from benchmarks.measuring.comparison import Comparison, Peer, alone, less_is_better, more_is_better
from benchmarks.measuring.loops import Call, durations, rate
from benchmarks.measuring.rounds import Measure, Rounds, interleaved, quiet
from benchmarks.peers.bare_insert import BareInsert
from benchmarks.peers.bare_path import bare_path
from benchmarks.peers.empty_workflow import EmptyWorkflows
from services.keys import data_converter
from services.settings import Settings
from services.stack.keys import PAYLOAD_KEYS
from services.stack.stack import Stack, running_stack

INCIDENTS: Final = 50
CALLS: Final = 40  # a round
ROUNDS: Final = 5
CROWD_SECONDS: Final = 4.0  # of measuring many callers: one call may take a second
SUM: Final = "bare Update + bare INSERT"
PATH: Final = "bare path: FastAPI, Update, local activity, INSERT"
MS: Final = "ms"


class Clocked:
    """Keeps the time of every call, so that the slowest hundredth of all rounds can be told."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = {}

    async def p50(self, name: str, call: Call) -> float:
        """Return the median of a round's calls.

        Units: milliseconds.
        """
        took = await durations(call, CALLS)
        self.took.setdefault(name, []).extend(took)
        return median(took)

    def p99(self, name: str) -> Rounds:
        """Return the time that one call in a hundred exceeds, over all rounds."""
        return Rounds((quantiles(self.took[name], n=100)[-1],))


async def measure(progress: Progress) -> list[Comparison]:
    """Run a whole stack and compare."""
    clocked = Clocked()
    async with AsyncExitStack() as block:
        folder = block.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-benchmark-"))
        stack = await block.enter_async_context(running_stack(Path(folder), settings=Settings()))
        entered = await contestants(block, stack, clocked)
        reached = await interleaved(entered, progress, ROUNDS, between=quiet)
    return compared(reached, clocked)


async def contestants(
    block: AsyncExitStack, stack: Stack, clocked: Clocked
) -> Mapping[str, Measure]:
    """Open incidents and empty workflows and return what is done to each."""
    client = await Client.connect(
        stack.temporal_address,
        namespace=stack.temporal_namespace,
        data_converter=converter_of(stack),
    )
    owner_dsn = stack.databases.owner_dsn
    assert owner_dsn is not None
    bare = await block.enter_async_context(BareInsert.open(owner_dsn, 1))
    empty = await block.enter_async_context(EmptyWorkflows.open(client, INCIDENTS))
    path = await block.enter_async_context(bare_path(client, stack.temporal_address, owner_dsn))
    people = [await block.enter_async_context(api_client(stack)) for _ in range(INCIDENTS)]
    incidents = await asyncio.gather(*(declare(one, client) for one in people))

    def timed(name: str, call: Call) -> Measure:
        return partial(clocked.p50, name, call)

    return {
        "command": timed("command", OverHttp(people[0], incidents[0])),
        "path": timed("path", path),
        "update": timed("update", empty.callers(1)[0]),
        "insert": timed("insert", bare.writers(1)[0]),
        "direct": timed("direct", OverTemporal(client, incidents[1])),
        "commands": lambda: rate(list(map(OverHttp, people, incidents)), CROWD_SECONDS),
        "updates": lambda: rate(empty.callers(INCIDENTS), CROWD_SECONDS),
    }


def converter_of(stack: Stack) -> DataConverter:
    """Return how this stack's values travel to Temporal: sealed with its own keys."""
    sealed = SecretStr((stack.data / PAYLOAD_KEYS).read_text())
    return data_converter(
        Settings(payload_keys=sealed, temporal_namespace=stack.temporal_namespace)
    )


def compared(reached: Mapping[str, Rounds], clocked: Clocked) -> list[Comparison]:
    """Set a command against the sum of its parts."""
    least = reached["update"] + reached["insert"]
    slowest = clocked.p99("update") + clocked.p99("insert")
    goal = 1 / 1.5
    return [
        less_is_better(
            "command over HTTP, p50",
            MS,
            reached["command"],
            Peer(name=SUM, reached=least, goal=goal),
        ),
        less_is_better(
            "command over HTTP, p50",
            MS,
            reached["command"],
            Peer(name=PATH, reached=reached["path"]),
        ),
        less_is_better(f"{PATH}, p50", MS, reached["path"], Peer(name=SUM, reached=least)),
        less_is_better(
            "command over HTTP, p99", MS, clocked.p99("command"), Peer(name=SUM, reached=slowest)
        ),
        less_is_better(
            "command straight to its workflow, p50",
            MS,
            reached["direct"],
            Peer(name=SUM, reached=least),
        ),
        alone("bare Update on an empty workflow, p50", MS, reached["update"]),
        alone("bare INSERT, p50", MS, reached["insert"]),
        more_is_better(
            f"commands over HTTP to {INCIDENTS} incidents at once",
            "commands/s",
            reached["commands"],
            Peer(name=f"bare Updates on {INCIDENTS} empty workflows", reached=reached["updates"]),
        ),
    ]
