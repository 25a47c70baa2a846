"""Crowd: fifty people at once, against the floors under the same crowd."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import quantiles
from typing import Final

import httpx
from rich.progress import Progress
from temporalio.client import Client

from benchmarks.incidents.callers import DECLARATION, CommandNotDone, OverHttp, api_client, declare
from benchmarks.incidents.command import converter_of
from benchmarks.measuring.comparison import Comparison, Peer, less_is_better
from benchmarks.measuring.loops import Call, durations
from benchmarks.measuring.rounds import Measure, Rounds, interleaved, quiet
from benchmarks.peers.bare_insert import BareInsert
from benchmarks.peers.empty_workflow import EmptyWorkflows
from services.settings import Settings
from services.stack.stack import Stack, running_stack

PEOPLE: Final = 50
CALLS: Final = 4  # of each of them in a round
ROUNDS: Final = 3
INSERT: Final = f"{PEOPLE} bare INSERTs at once"
SUM: Final = f"{PEOPLE} bare Updates at once + {PEOPLE} bare INSERTs at once"


class Waits:
    """How long everybody waited, by what they did."""

    def __init__(self) -> None:
        self._took: dict[str, list[float]] = {}

    async def measured(self, name: str, people: Sequence[Call]) -> float:
        """Let everybody call, one call after the other, and return what half of the calls took.

        Units: milliseconds.
        """
        each = await asyncio.gather(*(durations(call, CALLS) for call in people))
        took = [one for person in each for one in person]
        self._took.setdefault(name, []).extend(took)
        return quantiles(took, n=100)[49]

    def p99(self, name: str) -> Rounds:
        """Return what one call in a hundred exceeds, over all rounds."""
        return Rounds((quantiles(self._took[name], n=100)[-1],))


class Declarer:
    """Somebody who declares incidents."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def __call__(self) -> object:
        """Declare one.

        Raises: CommandNotDone.
        """
        answer = await self._http.post("/v1/incidents", json=DECLARATION)
        if answer.status_code != httpx.codes.CREATED:
            raise CommandNotDone(f"{answer.status_code}: {answer.text}")
        return answer


async def measure(progress: Progress) -> list[Comparison]:
    """Run a whole stack and let the crowd in."""
    waits = Waits()
    async with AsyncExitStack() as block:
        folder = block.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-benchmark-"))
        stack = await block.enter_async_context(running_stack(Path(folder), settings=Settings()))
        entered = await contestants(block, stack, waits)
        reached = await interleaved(entered, progress, ROUNDS, between=quiet)
    floor = reached["update"] + reached["insert"]
    slowest_floor = waits.p99("update") + waits.p99("insert")
    return [
        compared("declare", "p50", reached["declare"], INSERT, reached["insert"]),
        compared("declare", "p99", waits.p99("declare"), INSERT, waits.p99("insert")),
        compared("command", "p50", reached["command"], SUM, floor),
        compared("command", "p99", waits.p99("command"), SUM, slowest_floor),
    ]


async def contestants(block: AsyncExitStack, stack: Stack, waits: Waits) -> Mapping[str, Measure]:
    """Open an incident and an empty workflow for each person, and return what they do."""
    client = await Client.connect(
        stack.temporal_address,
        namespace=stack.temporal_namespace,
        data_converter=converter_of(stack),
    )
    owner_dsn = stack.databases.owner_dsn
    assert owner_dsn is not None
    bare = await block.enter_async_context(BareInsert.open(owner_dsn, PEOPLE))
    empty = await block.enter_async_context(EmptyWorkflows.open(client, PEOPLE))
    # Each has a client of their own: in the pool of one, requests would overtake each other.
    people = [await block.enter_async_context(api_client(stack)) for _ in range(PEOPLE)]
    incidents = await asyncio.gather(*(declare(one, client) for one in people))
    commanders = list(map(OverHttp, people, incidents))
    declarers = list(map(Declarer, people))
    return {
        "command": lambda: waits.measured("command", commanders),
        "update": lambda: waits.measured("update", empty.callers(PEOPLE)),
        "insert": lambda: waits.measured("insert", bare.writers(PEOPLE)),
        "declare": lambda: waits.measured("declare", declarers),
    }


def compared(what: str, share: str, ours: Rounds, name: str, theirs: Rounds) -> Comparison:
    """Return one row."""
    row = f"{what} over HTTP, {PEOPLE} at once, {share}"
    return less_is_better(row, "ms", ours, Peer(name=name, reached=theirs))
