"""The way of a command without an incident: FastAPI, an Update, a local activity, one INSERT.

Each part in a process of its own, as ours are: `python -m benchmarks.peers.bare_path api`. No key,
no look-up, no rules, no encryption, no order: the least that is to be had on this way.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Final
from uuid import uuid4

import asyncpg
import httpx
import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.incidents.callers import ACTIONS, IMPACT
from benchmarks.log.samples import EVENT, META
from benchmarks.measuring.loops import Call
from benchmarks.peers.bare_insert import TABLE
from services.stack.ports import free_port

QUEUE: Final = "benchmark-bare-path"
START_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 0.1
LIMIT: Final = timedelta(seconds=5)
INSERT: Final = """
insert into bare_path (stream, version, event_id, type, payload, meta)
values ($1, 1, $2, $3, $4, $5) returning position
"""


class StatusUpdate(BaseModel):
    """What people send."""

    impact: str
    current_actions: str


class Table:
    """The activity that keeps an event."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @activity.defn
    async def keep(self, update: StatusUpdate) -> int:
        """Keep one and return its position."""
        stream = str(len(update.impact))
        position: int = await self._pool.fetchval(
            INSERT, stream, uuid4(), EVENT.type, EVENT.payload, META
        )
        return position


@workflow.defn
class BareWorkflow:
    """Keeps what it is told, and knows nothing."""

    @workflow.run
    async def run(self) -> None:
        """Wait for the end of the benchmark."""
        await workflow.sleep(timedelta(hours=1))

    @workflow.update
    async def publish(self, update: StatusUpdate) -> int:
        """Keep it and return its position."""
        return await workflow.execute_local_activity_method(
            Table.keep, update, start_to_close_timeout=LIMIT
        )


async def serve(client: Client) -> None:
    """Be the API."""
    app = FastAPI()

    @app.post("/{workflow_id}")
    async def publish(workflow_id: str, update: StatusUpdate) -> dict[str, int]:
        handle = client.get_workflow_handle(workflow_id)
        return {"position": await handle.execute_update(BareWorkflow.publish, update)}

    port = int(os.environ["BARE_PATH_PORT"])
    await uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False)).serve()


async def work(client: Client) -> None:
    """Be the worker."""
    async with asyncpg.create_pool(os.environ["BARE_PATH_DSN"]) as pool:
        worker = Worker(
            client,
            task_queue=QUEUE,
            workflows=[BareWorkflow],
            activities=[Table(pool).keep],
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        await worker.run()


async def main() -> None:
    """Be what the command line says."""
    client = await Client.connect(
        os.environ["BARE_PATH_TEMPORAL"],
        namespace=os.environ["BARE_PATH_NAMESPACE"],
        data_converter=pydantic_data_converter,
    )
    await (serve(client) if sys.argv[1:] == ["api"] else work(client))


@asynccontextmanager
async def bare_path(client: Client, temporal_address: str, dsn: str) -> AsyncIterator[Call]:
    """Start both processes and yield what sends one status update and waits for its answer."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(TABLE.format(table="bare_path", keys=""))
    await connection.close()
    port = free_port()
    environment = os.environ | {
        "BARE_PATH_PORT": str(port),
        "BARE_PATH_DSN": dsn,
        "BARE_PATH_TEMPORAL": temporal_address,
        "BARE_PATH_NAMESPACE": client.namespace,
    }
    handle = await client.start_workflow(
        BareWorkflow.run, id=f"bare-path-{uuid4()}", task_queue=QUEUE
    )
    async with AsyncExitStack() as block:
        for part in ("api", "worker"):
            await block.enter_async_context(process(part, environment))
        url = f"http://127.0.0.1:{port}"
        http = await block.enter_async_context(
            httpx.AsyncClient(base_url=url, timeout=LIMIT.seconds)
        )
        call = caller(http, handle.id)
        await until_answered(call)
        yield call
        await handle.terminate()


@asynccontextmanager
async def process(part: str, environment: dict[str, str]) -> AsyncIterator[None]:
    """Run one of the parts for as long as the block runs."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, part), env=environment
    )
    try:
        yield
    finally:
        started.kill()
        await started.wait()


def caller(http: httpx.AsyncClient, workflow_id: str) -> Call:
    """Return what sends one status update and waits for its answer."""
    update = {"impact": IMPACT, "current_actions": ACTIONS}

    async def call() -> object:
        answer = await http.post(f"/{workflow_id}", json=update)
        return answer.raise_for_status()

    return call


async def until_answered(call: Call) -> None:
    """Wait until both parts are there."""
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                await call()
            except httpx.HTTPError:
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return


if __name__ == "__main__":
    uvloop.run(main())
