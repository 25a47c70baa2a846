"""Intake in trouble: one key a thousand times a second, processes killed, Temporal away."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from statistics import quantiles
from typing import Final

from rich.progress import Progress

from benchmarks.incidents.open_incidents import once
from benchmarks.intake.door import PLACES
from benchmarks.intake.open_loop import NAMED, Load, OpenLoop
from benchmarks.intake.steady import RATE, Site, site
from benchmarks.measuring.comparison import Comparison, alone
from benchmarks.measuring.rounds import quiet

SECONDS: Final = float(os.environ.get("TOCSIN_BENCH_SECONDS", "30"))
KILLED: Final = ("front", "projector", "worker")
AT_LEAST: Final = 1 / 6  # of the time between two kills
KEPT: Final = "select correlation_id from es.arrival where correlation_id is not null"
COUNT: Final = "select count(*) from es.event where type = $1"
FAILED: Final = "select count(*) from es.arrival where outcome = 'failed'"

type Trouble = Callable[[Site, OpenLoop], Awaitable[list[Comparison]]]


async def measure(progress: Progress) -> list[Comparison]:
    """Run a whole stack for each trouble there is."""
    rows: list[Comparison] = []
    for name, trouble in TROUBLES.items():
        task = progress.add_task(name, total=None)
        async with site() as here, OpenLoop.to(here.door.url) as loop:
            rows += await trouble(here, loop)
        progress.remove_task(task)
    return rows


async def one_key(here: Site, loop: OpenLoop) -> list[Comparison]:
    """Trigger one alert, again and again."""
    load = await loop.steady(RATE, SECONDS, lambda _: here.door.event("trigger", 1))
    await settled(here)
    what = f"{RATE} events a second on one key for {SECONDS:.0f} s"
    return [
        alone(f"{what}, p99", "ms", once(load.share(99))),
        alone(f"{what}, not accepted", "events", once(refused(load))),
        alone(f"{what}, opened", "incidents", once(await counted(here, "incident.declared"))),
        alone(f"{what}, sent", "pages", once(here.inbox.taken)),
    ]


async def kills(here: Site, loop: OpenLoop) -> list[Comparison]:
    """Kill one process after the other while alerts come in."""
    await here.first_alerts(loop)
    before = await here.database.fetchval("select count(*) from es.arrival")
    sending = asyncio.create_task(loop.steady(RATE, SECONDS, here.door.message))
    for name in KILLED:
        await asyncio.sleep(SECONDS * AT_LEAST)
        pid = here.stack.services[name].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    load = await sending
    await settled(here)
    kept = {row["correlation_id"] for row in await here.database.fetch(KEPT)}
    lost = [one for one in load.accepted if f"{NAMED.decode()}{one}" not in kept]
    what = f"{RATE} alerts a second, kill -9 of {', '.join(KILLED)}"
    after = await here.database.fetchval("select count(*) from es.arrival")
    return [
        alone(f"{what}: accepted", "alerts", once(len(load.accepted))),
        alone(f"{what}: accepted and lost", "alerts", once(len(lost))),
        alone(f"{what}: kept", "alerts", once(after - before)),
        alone(f"{what}: failed", "alerts", once(await here.database.fetchval(FAILED))),
    ]


async def temporal_away(here: Site, loop: OpenLoop) -> list[Comparison]:
    """Have Temporal stand still while alerts come in, and let it go on."""
    assert here.stack.temporal is not None
    pid = here.stack.temporal.running.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        load = await loop.steady(RATE, SECONDS, here.door.message)
    finally:
        os.kill(pid, signal.SIGCONT)
    await settled(here)
    what = f"{RATE} alerts a second for {SECONDS:.0f} s, Temporal stopped"
    return [
        alone(f"{what}, p99", "ms", once(quantiles(load.took, n=100)[-1])),
        alone(f"{what}, not accepted", "alerts", once(refused(load))),
        alone(f"{what}, opened", "incidents", once(await counted(here, "incident.declared"))),
        alone(f"{what}, sent for {PLACES} places", "pages", once(here.inbox.taken)),
    ]


async def settled(here: Site) -> None:
    """Wait until everything is processed and what follows from it is done."""
    await here.drained()
    await quiet()


async def counted(here: Site, event_type: str) -> float:
    """Return how many events of a type the log has."""
    number: int = await here.database.fetchval(COUNT, event_type)
    return number


def refused(load: Load) -> int:
    """Return how many were answered otherwise, or not at all."""
    return len(load.took) - len(load.accepted)


TROUBLES: Final[dict[str, Trouble]] = {
    "one key": one_key,
    "kill -9": kills,
    "Temporal away": temporal_away,
}
