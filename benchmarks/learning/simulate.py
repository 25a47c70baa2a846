"""Simulate: a whole year of a company, twice from one seed, and the read models of it."""

import base64
import time
from typing import Final

import asyncpg
from rich.progress import Progress

from benchmarks.measuring.comparison import Comparison, Peer, alone, less_is_better
from benchmarks.measuring.rounds import Rounds
from benchmarks.measuring.servers import Databases, postgres
from events.log.privacy.keyring import Keyring
from projections.lag import lag
from projections.live.runner import Runner
from projections.registry import ALL_PROJECTIONS
from services.simulation.sandbox.loading import Loaded, load
from services.simulation.year import Span, simulated

SEED: Final = 7
YEAR: Final = 2025
WANTED: Final = 300.0  # seconds
RUNS: Final = 2
KEYRING: Final = Keyring.parsed(f"bench:{base64.b64encode(bytes(32)).decode()}")


class NotTheSame(Exception):
    """Two runs of one seed gave two logs."""


async def measure(progress: Progress) -> list[Comparison]:
    """Simulate the year into two fresh installations, compare them, and fold one of them."""
    seconds, folded, loaded = list[float](), 0.0, list[Loaded]()
    for run in range(RUNS):
        async with postgres() as databases:
            progress.console.print(f"the year {YEAR}, run {run + 1} of {RUNS}")
            begin = time.perf_counter()
            world = await simulated(Span.of_year(SEED, YEAR))
            loaded.append(await load(databases.owner_dsn, world, KEYRING))
            seconds.append(time.perf_counter() - begin)
            if run == 0:
                folded = await read_models(databases)
    if len({one.root for one in loaded}) != 1:
        raise NotTheSame(f"{[one.root.hex() for one in loaded]}")
    ours, events = Rounds(tuple(seconds)), loaded[0].events
    peer = Peer(name="the goal", reached=Rounds((WANTED,) * RUNS), goal=1)
    name = f"a year of {events:,} events, twice the same"
    return [
        less_is_better(f"{name}: simulated and copied", "s", ours, peer),
        alone(f"{name}: rate", "events/s", Rounds(tuple(events / one for one in seconds))),
        alone(f"{name}: every read model of it", "s", Rounds((folded,))),
    ]


async def read_models(databases: Databases) -> float:
    """Return how many seconds it takes to fold the log into every read model, from nothing.

    Raises: NotTheSame, where a key was quarantined.
    """
    connection = await asyncpg.connect(databases.projector_dsn)
    try:
        runner = Runner(connection, "a benchmark", ALL_PROJECTIONS, keyring=KEYRING)
        await runner.start()
        begin = time.perf_counter()
        while await runner.step():
            pass
        seconds = time.perf_counter() - begin
        troubles = [one.cause for one in await lag(connection) if one.cause]
    finally:
        await connection.close()
    if troubles:
        raise NotTheSame(f"a read model did not take the year: {troubles}")
    return seconds
