"""Long incident: 3,000 commands to one, as its workflow's runs follow one another.

It is checked as well as measured: every command is answered once and is in the log once.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import quantiles
from typing import Final

from rich.progress import Progress, TaskID
from temporalio.client import Client

from benchmarks.incidents.callers import OverTemporal
from benchmarks.incidents.open_incidents import Servers, once
from benchmarks.incidents.worker_process import worker_process
from benchmarks.measuring.comparison import Comparison, alone
from benchmarks.measuring.servers import connected, postgres, temporal
from events.ids import IncidentId, incident_stream
from events.log.postgres import PostgresLog
from workflows.ids import incident_workflow_id

COMMANDS: Final = 3000
CALLERS: Final = 5  # the server lets ten Updates of a workflow be in flight


class CommandsLost(Exception):
    """The log does not hold what the callers were told, so the numbers mean nothing."""


async def measure(progress: Progress) -> list[Comparison]:
    """Give the commands, a few at once, and look at what is in the log.

    Raises: CommandsLost.
    """
    async with AsyncExitStack() as block:
        folder = Path(block.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-benchmark-")))
        databases = await block.enter_async_context(postgres())
        server = await block.enter_async_context(temporal())
        log = await PostgresLog.open(databases.app_dsn)
        block.push_async_callback(log.close)
        client = await connected(server)
        await block.enter_async_context(worker_process(databases, server, folder / "worker.log"))
        commander = await Servers(log, client).open_incident()
        task = progress.add_task(f"giving {COMMANDS:,} commands", total=COMMANDS)
        begin = time.perf_counter()
        took = await given(commander, progress, task)
        seconds = time.perf_counter() - begin
        await require_every_command(log, commander.incident_id)
        runs = await runs_of(client, commander.incident_id)
    return [
        alone(
            f"commands to one incident, {CALLERS} at once", "commands/s", once(COMMANDS / seconds)
        ),
        alone("runs of its workflow", "runs", once(runs)),
        alone("one of those commands, p50", "ms", once(quantiles(took, n=100)[49])),
        alone("one of those commands, p99", "ms", once(quantiles(took, n=100)[98])),
        alone("the slowest of them, while run follows run", "ms", once(max(took))),
    ]


async def given(commander: OverTemporal, progress: Progress, task: TaskID) -> list[float]:
    """Give every command, and return how long each took.

    Units: milliseconds.
    """
    left: Iterator[int] = iter(range(COMMANDS))
    took: list[float] = []

    async def keep_giving() -> None:
        for _ in left:
            begin = time.perf_counter()
            await commander()
            took.append(1000 * (time.perf_counter() - begin))
            progress.advance(task)

    await asyncio.gather(*(keep_giving() for _ in range(CALLERS)))
    progress.remove_task(task)
    return took


async def require_every_command(log: PostgresLog, incident_id: IncidentId) -> None:
    """Check that each command is in the log once.

    Raises: CommandsLost.
    """
    stored = await log.read_stream(incident_stream(incident_id))
    updates = [event for event in stored if event.type == "status_update.published"]
    given_ids = {event.command_id for event in updates}
    if not len(updates) == len(given_ids) == COMMANDS + 1:  # the one that opened the incident, too
        raise CommandsLost(f"{len(updates)} of {COMMANDS + 1} are in the log")


async def runs_of(client: Client, incident_id: IncidentId) -> int:
    """Return how many runs the incident's workflow has had."""
    query = f"WorkflowId = '{incident_workflow_id(incident_id)}'"
    return len([run async for run in client.list_workflows(query)])
