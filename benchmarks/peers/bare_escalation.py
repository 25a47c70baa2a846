"""A workflow in the shape of a page and nothing else: what Temporal costs before any rule of ours.

Six local activities, one activity that is taken along with the step that asks for it, and a timer:
what a declared incident with one level costs until its message is out.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final, Self
from uuid import uuid4

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from services.stack.supervisor.service_process import ROOT

QUEUE: Final = "benchmark-escalation"
STEPS: Final = 6
SENT: Final = "sent"
WORKING: Final = "working"
ESCALATION_TIMEOUT: Final = timedelta(minutes=5)
SECONDS: Final = timedelta(seconds=5)


@activity.defn
async def step(number: int) -> int:
    """Return the number: where ours reads or appends."""
    return number


@activity.defn
async def send(number: int) -> int:
    """Say that the message is out: where ours asks a provider."""
    print(SENT, flush=True)
    return number


@workflow.defn
class BareEscalation:
    """Takes its steps, sends, and waits for an answer that never comes."""

    @workflow.run
    async def run(self) -> None:
        """Take the steps before the message, and the one after it."""
        for number in range(STEPS - 1):
            await workflow.execute_local_activity(step, number, start_to_close_timeout=SECONDS)
        waiting = asyncio.create_task(self._wait())
        await workflow.execute_activity(send, STEPS, start_to_close_timeout=SECONDS)
        await workflow.execute_local_activity(step, STEPS, start_to_close_timeout=SECONDS)
        await waiting

    async def _wait(self) -> None:
        await workflow.sleep(ESCALATION_TIMEOUT)


class BareEscalations:
    """Starts them, and hears from their worker, a process of its own, when each message is out."""

    def __init__(self, client: Client, said: asyncio.StreamReader) -> None:
        self._client = client
        self._said = said

    @classmethod
    @asynccontextmanager
    async def open(cls, client: Client, address: str) -> AsyncIterator[Self]:
        """Run the worker for as long as the block runs."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.peers.bare_escalation", address, client.namespace),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            assert (await process.stdout.readline()).decode().strip() == WORKING
            yield cls(client, process.stdout)
        finally:
            process.terminate()
            await process.wait()

    async def rate(self, number: int) -> float:
        """Start so many at once, and return what comes out.

        Units: messages a second.
        """
        begin = time.perf_counter()
        ids = [f"bare/{uuid4()}" for _ in range(number)]
        starting = asyncio.gather(
            *(
                self._client.start_workflow(BareEscalation.run, id=one, task_queue=QUEUE)
                for one in ids
            )
        )
        for _ in range(number):
            await self._said.readline()
        took = time.perf_counter() - begin
        await starting
        await asyncio.gather(*(self._client.get_workflow_handle(one).terminate() for one in ids))
        return number / took


def worker(client: Client) -> Worker:
    """Return the worker, not yet running."""
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=[BareEscalation],
        activities=[step, send],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_concurrent_workflow_tasks=8,
    )


async def main() -> None:
    """Work for the server at the address that the command line names, until ended."""
    address, namespace = sys.argv[1:]
    async with worker(await Client.connect(address, namespace=namespace)):
        print(WORKING, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
