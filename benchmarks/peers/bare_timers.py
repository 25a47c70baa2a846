"""A workflow of timers and nothing else: how late Temporal itself is."""

from datetime import timedelta
from typing import Final
from uuid import uuid4

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

QUEUE: Final = "benchmark-timers"


@workflow.defn
class BareTimers:
    """Waits so many times, and says how late it was woken each time."""

    @workflow.run
    async def run(self, times: int, seconds: float) -> list[float]:
        """Return the lateness of each timer, in seconds."""
        late = []
        for _ in range(times):
            due = workflow.now() + timedelta(seconds=seconds)
            await workflow.sleep(seconds)
            late.append((workflow.now() - due).total_seconds())
        return late


def worker(client: Client) -> Worker:
    """Return the worker, not yet running."""
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=[BareTimers],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_concurrent_workflow_tasks=8,
    )


async def lateness(client: Client, times: int, seconds: float) -> list[float]:
    """Return how late each of a workflow's timers was.

    Units: seconds.
    """
    late: list[float] = await client.execute_workflow(
        BareTimers.run, args=[times, seconds], id=f"timers/{uuid4()}", task_queue=QUEUE
    )
    return late
