"""Open incidents: ten thousand on one worker, what they weigh, and cost when nothing happens."""

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from rich.progress import Progress
from temporalio.client import Client

from benchmarks.incidents.callers import ACTOR, OverTemporal
from benchmarks.incidents.worker_process import busy, memory, worker_process
from benchmarks.log.samples import DIGEST, METADATA
from benchmarks.measuring.comparison import Comparison, alone
from benchmarks.measuring.rounds import Rounds
from benchmarks.measuring.servers import Databases, connected, postgres, temporal
from events.handle import handle
from events.ids import IncidentId, incident_stream
from events.incident.commands import DeclareIncident
from events.incident.decide import incident_decider
from events.incident.phases import Phase, PhaseDeadline
from events.log.postgres import PostgresLog
from events.values.severity import Severity
from projections.live.runner import Runner
from services.projector.projection_jobs import connected as connected_projector
from services.projector.reconciler.looking import Looking
from workflows.ids import INCIDENT_QUEUE, INCIDENT_WORKFLOW, incident_workflow_id
from workflows.messages import IncidentInput

INCIDENTS: Final = 10_000
FIRST: Final = 20  # opened before memory is looked at, so that what is loaded once is not counted
AT_ONCE: Final = 32
REST_SECONDS: Final = 5.0  # for what the last command left behind
IDLE_SECONDS: Final = 20.0
POLL_SECONDS: Final = 1.0
# A timer for each, as an open incident has one, that does not go off while we look.
DEADLINES: Final = (PhaseDeadline(phase=Phase.RESPONSE, within=timedelta(days=1)),)
SEEN: Final = "ExecutionStatus = 'Running' AND IncidentVersion > 0"
KIB_IN_MIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Servers:
    """The log and the Temporal that incidents live in."""

    log: PostgresLog
    client: Client

    async def open_incident(self) -> OverTemporal:
        """Open one, and return once it has taken a command."""
        commander = OverTemporal(self.client, await self.declared())
        await commander()
        return commander

    async def seen(self) -> int:
        """Return how many incidents have had their first task."""
        return (await self.client.count_workflows(SEEN)).count

    async def declared(self) -> IncidentId:
        """Declare an incident, and start its workflow as the relay does."""
        incident_id = IncidentId(uuid4())
        await handle(
            self.log,
            incident_decider,
            incident_stream(incident_id),
            DeclareIncident(
                incident_id=incident_id,
                reference=f"INC-{await self.log.next_reference()}",
                title="Checkout answers 5xx in eu-west-1",
                summary="",
                service_id=None,
                severity=Severity.SEV2,
                escalation_policy_id=None,
                deadlines=DEADLINES,
                actor=ACTOR,
                at=datetime.now(UTC),
            ),
            command_id=uuid4(),
            request_digest=DIGEST,
            metadata=METADATA,
        )
        await self.client.start_workflow(
            INCIDENT_WORKFLOW,
            IncidentInput(incident_id=incident_id),
            id=incident_workflow_id(incident_id),
            task_queue=INCIDENT_QUEUE,
        )
        return incident_id


class NotAllOpen(Exception):
    """Not every incident is as it should be, so the numbers mean nothing."""


async def measure(progress: Progress) -> list[Comparison]:
    """Open the incidents, let them rest, then start a second worker on them."""
    async with AsyncExitStack() as block:
        folder = Path(block.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-benchmark-")))
        databases = await block.enter_async_context(postgres())
        server = await block.enter_async_context(temporal())
        log = await PostgresLog.open(databases.app_dsn)
        block.push_async_callback(log.close)
        servers = Servers(log, await connected(server))

        async with worker_process(databases, server, folder / "worker.log") as worker:
            await servers.open_incident()  # the worker is there
            await opened(servers, FIRST, progress)
            before = memory(worker)
            await opened(servers, INCIDENTS, progress)
            commander = await servers.open_incident()
            await asyncio.sleep(REST_SECONDS)
            after, computed = memory(worker), busy(worker)
            await waited(IDLE_SECONDS, progress)
            idle = (busy(worker) - computed) / IDLE_SECONDS
            look = await looked(databases, servers, progress)

        progress.add_task("starting a worker", total=None)
        begin = time.perf_counter()
        async with worker_process(databases, server, folder / "second.log"):
            await commander()
            start = time.perf_counter() - begin
    return [
        alone(
            "memory of one open incident", "KiB", once((after - before) * KIB_IN_MIB / INCIDENTS)
        ),
        alone(f"memory of a worker with {INCIDENTS + FIRST:,} open incidents", "MiB", once(after)),
        alone(
            f"computing time of those {INCIDENTS + FIRST:,}, idle", "% of a core", once(100 * idle)
        ),
        alone("start of a worker until it answers its first command", "s", once(start)),
        alone("one look of the reconciler at all of them", "s", once(look)),
    ]


async def opened(servers: Servers, number: int, progress: Progress) -> None:
    """Open so many incidents, some at once, and return when each has had its first task."""
    task = progress.add_task(f"opening {number:,} incidents", total=number)
    before = await servers.seen()
    left = iter(range(number))

    async def keep_opening() -> None:
        for _ in left:
            await servers.declared()
            progress.advance(task)

    await asyncio.gather(*(keep_opening() for _ in range(AT_ONCE)))
    while await servers.seen() < before + number:  # noqa: ASYNC110  a list has no bell
        await asyncio.sleep(POLL_SECONDS)
    progress.remove_task(task)


async def looked(databases: Databases, servers: Servers, progress: Progress) -> float:
    """Bring the read models up to date, and return how long a look at everything takes.

    Units: seconds.
    """
    task = progress.add_task("projecting", total=None)
    async with connected_projector(databases.projector_dsn) as connection:
        runner = Runner(connection, "benchmark")
        await runner.start()
        while await runner.step():
            progress.advance(task)
    progress.remove_task(task)
    looking = Looking(servers.log, servers.client)
    begin = time.perf_counter()
    look = await looking.look()
    took = time.perf_counter() - begin
    if look.differences or look.open_incidents < INCIDENTS:
        raise NotAllOpen(f"{look.open_incidents} are open, {len(look.differences)} differ")
    return took


async def waited(seconds: float, progress: Progress) -> None:
    """Wait, and show it."""
    task = progress.add_task("looking at the worker do nothing", total=seconds)
    for _ in range(int(seconds)):
        await asyncio.sleep(1)
        progress.advance(task)
    progress.remove_task(task)


def once(value: float) -> Rounds:
    """Return a number that was measured once."""
    return Rounds((value,))
