"""A thousand open incidents in one worker: what they weigh, what they cost when nothing happens."""

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from rich.progress import Progress
from temporalio.client import Client

from benchmarks.comparison import Comparison, alone
from benchmarks.incident_callers import ACTOR, OverTemporal
from benchmarks.rounds import Rounds
from benchmarks.samples import DIGEST, METADATA
from benchmarks.servers import connected, postgres, temporal
from benchmarks.worker_process import busy, memory, worker_process
from events.handle import handle
from events.ids import IncidentId, incident_stream
from events.incident.commands import DeclareIncident
from events.incident.decide import incident_decider
from events.incident.phases import DEFAULT_DEADLINES
from events.log.postgres import PostgresLog
from events.severity import Severity
from workflows.ids import INCIDENT_QUEUE, INCIDENT_WORKFLOW, incident_workflow_id
from workflows.messages import IncidentInput

INCIDENTS: Final = 1000
FIRST: Final = 20  # opened before memory is looked at, so that what is loaded once is not counted
AT_ONCE: Final = 16
REST_SECONDS: Final = 5.0  # for what the last command left behind
IDLE_SECONDS: Final = 20.0
KIB_IN_MIB: Final = 1024


@dataclass(frozen=True, slots=True)
class House:
    """The log and the Temporal that incidents live in."""

    log: PostgresLog
    client: Client

    async def open_incident(self) -> OverTemporal:
        """Declare an incident, start its workflow as the relay does, and give it a command."""
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
                deadlines=DEFAULT_DEADLINES,
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
        commander = OverTemporal(self.client, incident_id)
        await commander()
        return commander


async def measure(progress: Progress) -> list[Comparison]:
    """Open the incidents, let them rest, then start a second worker on them."""
    async with AsyncExitStack() as block:
        folder = Path(block.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-benchmark-")))
        databases = await block.enter_async_context(postgres())
        server = await block.enter_async_context(temporal())
        log = await PostgresLog.open(databases.app_dsn)
        block.push_async_callback(log.close)
        house = House(log, await connected(server))

        async with worker_process(databases, server, folder / "worker.log") as worker:
            commander = await opened(house, FIRST, progress)
            before = memory(worker)
            await opened(house, INCIDENTS, progress)
            await asyncio.sleep(REST_SECONDS)
            after, computed = memory(worker), busy(worker)
            await waited(IDLE_SECONDS, progress)
            idle = (busy(worker) - computed) / IDLE_SECONDS

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
    ]


async def opened(house: House, number: int, progress: Progress) -> OverTemporal:
    """Open so many incidents, a few at once, and return who commands the last."""
    task = progress.add_task(f"opening {number:,} incidents", total=number)
    commanders: list[OverTemporal] = []

    async def keep_opening() -> None:
        while len(commanders) < number:
            commanders.append(await house.open_incident())
            progress.advance(task)

    await asyncio.gather(*(keep_opening() for _ in range(AT_ONCE)))
    progress.remove_task(task)
    return commanders[-1]


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
