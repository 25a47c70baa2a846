"""A workflow that does nothing but answer an Update: what Temporal costs before any incident."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final, Self
from uuid import uuid4

from temporalio import workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.measuring.loops import Call

QUEUE: Final = "benchmark-empty"
LONGEST: Final = timedelta(hours=1)


@workflow.defn
class EmptyWorkflow:
    """Answers every Update with what it was given, until it is told to end."""

    @workflow.run
    async def run(self) -> None:
        """Wait for the end of the benchmark."""
        await workflow.sleep(LONGEST)

    @workflow.update
    async def echo(self, text: str) -> str:
        """Return the text."""
        return text


class EmptyWorkflows:
    """A number of them on a worker in this process: nothing to load, no sandbox, no activity."""

    def __init__(self, handles: list[WorkflowHandle[EmptyWorkflow, None]]) -> None:
        self._handles = handles

    @classmethod
    @asynccontextmanager
    async def open(cls, client: Client, number: int) -> AsyncIterator[Self]:
        """Start the worker and the workflows."""
        worker = Worker(
            client,
            task_queue=QUEUE,
            workflows=[EmptyWorkflow],
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        async with worker:
            started = (
                client.start_workflow(EmptyWorkflow.run, id=f"empty/{uuid4()}", task_queue=QUEUE)
                for _ in range(number)
            )
            handles = await asyncio.gather(*started)
            yield cls(handles)
            await asyncio.gather(*(handle.terminate() for handle in handles))

    def callers(self, number: int) -> list[Call]:
        """Return that many callers, each with a workflow of its own."""
        return [caller(handle) for handle in self._handles[:number]]


def caller(handle: WorkflowHandle[EmptyWorkflow, None]) -> Call:
    """Return what asks the workflow once and waits for its answer."""

    async def call() -> object:
        return await handle.execute_update(EmptyWorkflow.echo, "where things stand")

    return call
