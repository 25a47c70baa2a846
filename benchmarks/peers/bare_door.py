"""Bare door: FastAPI that reads a PagerDuty event and commits it by one INSERT, no more.

A process of its own, as our API is: `python -m benchmarks.peers.bare_door`. No key, no redaction,
no encryption, no alert, no incident: the least that a door costs which keeps what it was sent.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
import httpx
import psutil
import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import BaseModel

from services.stack.ports import HOST, free_port

CONNECTIONS: Final = 20  # as our API has
START_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 0.1
TABLE: Final = """
create table bare_arrival (
    id bigint generated always as identity primary key,
    arrived_at timestamptz not null default now(),
    dedup_key text not null,
    body bytea not null
)
"""
INSERT: Final = "insert into bare_arrival (dedup_key, body) values ($1, $2)"


class Payload(BaseModel):
    """What is wrong."""

    summary: str
    source: str
    severity: str
    custom_details: dict[str, Any] = {}


class Event(BaseModel):
    """What is sent."""

    routing_key: str
    event_action: str
    dedup_key: str
    payload: Payload


async def main() -> None:
    """Be the door."""
    async with asyncpg.create_pool(
        os.environ["BARE_DOOR_DSN"], min_size=CONNECTIONS, max_size=CONNECTIONS
    ) as pool:
        app = FastAPI()

        @app.post("/v2/enqueue", status_code=202)
        async def enqueue(event: Event) -> dict[str, str]:
            body = event.model_dump_json().encode()
            await pool.execute(INSERT, event.dedup_key, body)
            return {"status": "success", "dedup_key": event.dedup_key}

        port = int(os.environ["BARE_DOOR_PORT"])
        config = uvicorn.Config(app, host=HOST, port=port, log_config=None, access_log=False)
        await uvicorn.Server(config).serve()


@asynccontextmanager
async def bare_door(dsn: str) -> AsyncIterator[tuple[str, psutil.Process]]:
    """Start the process, and yield its URL and itself."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(TABLE)
    await connection.close()
    port = free_port()
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__),
        env=os.environ | {"BARE_DOOR_PORT": str(port), "BARE_DOOR_DSN": dsn},
    )
    try:
        url = f"http://{HOST}:{port}/v2/enqueue"
        await until_answered(url)
        yield url, psutil.Process(started.pid)
    finally:
        started.kill()
        await started.wait()


async def until_answered(url: str) -> None:
    """Wait until the door is there; what it is sent lacks everything."""
    async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as http:
        while True:
            try:
                await http.post(url, json={})
            except httpx.HTTPError:
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return


if __name__ == "__main__":
    uvloop.run(main())
