"""The API as a process: starts without its servers, ends when told, waits for nobody long."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from services.api.dependencies import Dependencies
from services.api.http import receive_deadline
from services.stack import ports
from tests.eventually import eventually
from tests.keys import KEY
from tests.services.api.serving import served

PARTIAL = b"GET /health/live HTTP/1.1\r\nHost: tocsin\r\n"
WHOLE = PARTIAL + b"\r\n"


@pytest.fixture
def free_port() -> int:
    return ports.free_port()


@asynccontextmanager
async def process(port: int, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {"TOCSIN_API_PORT": str(port), "TOCSIN_SUBJECT_KEK": KEY, **settings}
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.front",
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.communicate()


async def get(port: int, path: str) -> httpx.Response:
    """Ask until the process listens."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        address = f"http://127.0.0.1:{port}{path}"
        return await eventually(f"an answer of {address}", lambda: http.get(address))


@pytest.mark.stack
async def test_without_postgresql_and_temporal_it_lives_says_so_and_ends_when_told(
    free_port: int, refusing_port: int
) -> None:
    settings = {
        "TOCSIN_APP_DSN": f"postgresql://tocsin@127.0.0.1:{refusing_port}/tocsin",
        "TOCSIN_TEMPORAL_ADDRESS": f"127.0.0.1:{refusing_port}",
    }
    async with process(free_port, **settings) as running:
        assert (await get(free_port, "/health/live")).status_code == 200
        assert (await get(free_port, "/health/ready")).status_code == 503
        began = time.monotonic()
        running.send_signal(signal.SIGTERM)
        async with asyncio.timeout(5):
            assert await running.wait() == 0
        assert time.monotonic() - began < 3


@pytest.mark.stack
async def test_without_addresses_it_says_which_are_missing(free_port: int) -> None:
    async with process(free_port, TOCSIN_TEMPORAL_ADDRESS="127.0.0.1:1") as running:
        output, _ = await running.communicate()
    assert running.returncode == 1
    assert b"TOCSIN_APP_DSN" in output


@pytest.mark.stack
async def test_without_the_key_for_the_keys_of_people_it_does_not_start(free_port: int) -> None:
    settings = {
        "TOCSIN_APP_DSN": "postgresql://tocsin@127.0.0.1:1/tocsin",
        "TOCSIN_TEMPORAL_ADDRESS": "127.0.0.1:1",
        "TOCSIN_SUBJECT_KEK": "first:mistyped",
    }
    async with process(free_port, **settings) as running:
        output, _ = await running.communicate()
    assert running.returncode == 1
    assert b"TOCSIN_SUBJECT_KEK: key 1" in output
    assert b"mistyped" not in output


@pytest.mark.stack
async def test_a_port_that_is_taken_is_told_by_number(refusing_port: int) -> None:
    settings = {
        "TOCSIN_APP_DSN": "postgresql://tocsin@127.0.0.1:1/tocsin",
        "TOCSIN_TEMPORAL_ADDRESS": "127.0.0.1:1",
    }
    async with process(refusing_port, **settings) as running:
        output, _ = await running.communicate()
    assert running.returncode == 1
    assert str(refusing_port).encode() in output
    assert b"Traceback" not in output


@pytest.fixture
async def port(dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """The server's, which waits for a head for 0.3 seconds."""
    monkeypatch.setattr(receive_deadline, "HEAD_SECONDS", 0.3)
    async with served(dependencies) as (_, number):
        yield number


@pytest.mark.parametrize("said", [b"", PARTIAL, WHOLE + PARTIAL], ids=["nothing", "half", "one"])
async def test_who_says_too_little_is_hung_up_on(said: bytes, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    async with asyncio.timeout(2):
        answered = await reader.read()  # until the server closes
    assert answered.count(b"200 OK") == said.count(WHOLE)
    writer.close()


async def test_who_says_it_slowly_but_in_time_is_served(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(PARTIAL)
    await asyncio.sleep(0.1)
    writer.write(b"\r\n")
    async with asyncio.timeout(2):
        head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"server:" not in head.lower()
    writer.close()


async def test_an_endless_header_is_cut_off(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(PARTIAL + b"X-Endless: " + b"a" * 1_000_000)
    async with asyncio.timeout(2):
        assert b"400" in await reader.readline()
    writer.close()
