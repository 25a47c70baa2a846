"""The request beside a hostile one, and the next on its connection: served as in quiet times."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from httpx import AsyncClient, Response

from services.api.dependencies import Dependencies
from tests.services.api.intake.hostile import HOSTILE
from tests.services.api.intake.test_every_door import EVERY_KIND, Door, key_for, send
from tests.services.api.serving import served

ALIVE = "/health/live"
HELD_UP = 0.1  # seconds that another request may wait for a hostile one
TRIES = 3  # the first one imports, compiles and fills caches
HEAVY = ("deep within", "many alerts", "all members long", "too big", "a bomb of JSON in gzip")


@dataclass(frozen=True)
class Served:
    """The API behind its real HTTP server, with an integration."""

    host: str
    port: int
    key: str

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def said(self, raw: bytes, *, then_leave: bool = False) -> bytes:
        """Send bytes on a connection of their own, and return all that comes back."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(raw)
        if then_leave:
            writer.write_eof()
        try:
            async with asyncio.timeout(10):
                return await reader.read(65_536)
        finally:
            writer.close()


@pytest.fixture
async def api(client: AsyncClient, dependencies: Dependencies) -> AsyncIterator[Served]:
    key = await key_for(client, dependencies)
    async with served(dependencies) as (host, port):
        yield Served(host, port, key)


async def longest_step(beside: asyncio.Task[Response]) -> float:
    """How long the server computed at a stretch, with nobody else served in between.

    Units: seconds of a core, so that it says the same on a busy machine.
    """
    longest = 0.0
    while not beside.done():
        begin = time.thread_time()
        await asyncio.sleep(0)
        longest = max(longest, time.thread_time() - begin)
    return longest


@pytest.mark.stack
@EVERY_KIND
async def test_nobody_is_held_up_by_a_hostile_body(api: Served, door: Door) -> None:
    slow = {}
    async with AsyncClient(base_url=api.url) as client:
        for name in HEAVY:
            body, least = HOSTILE[name](door.example), float("inf")
            for _ in range(TRIES):
                sending = asyncio.create_task(send(client, door, api.key, body))
                least = min(least, await longest_step(sending))
                assert sending.result().status_code != HTTPStatus.INTERNAL_SERVER_ERROR
                if least < HELD_UP:
                    break
            else:
                slow[name] = round(least, 3)
            assert (await client.get(ALIVE)).status_code == HTTPStatus.OK
    assert slow == {}


LIES = {
    "more than comes": b"Content-Length: 5000\r\n\r\n{}",
    "less than comes": b'Content-Length: 2\r\n\r\n{"title": "Disk full"}',
    "none": b"Content-Length: \r\n\r\n{}",
    "a negative one": b"Content-Length: -1\r\n\r\n{}",
    "no number": b"Content-Length: many\r\n\r\n{}",
    "beyond all": b"Content-Length: " + b"9" * 400 + b"\r\n\r\n{}",
    "two that differ": b"Content-Length: 2\r\nContent-Length: 30\r\n\r\n{}",
    "one besides chunks": b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk that is none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk that is too short": b"Transfer-Encoding: chunked\r\n\r\nff\r\n{}\r\n0\r\n\r\n",
    "a coding that there is not": b"Transfer-Encoding: gzip\r\n\r\n{}",
}


@pytest.mark.parametrize("rest", LIES.values(), ids=LIES)
async def test_a_length_that_lies_is_refused_and_the_next_message_is_taken(
    api: Served, dependencies: Dependencies, rest: bytes
) -> None:
    path = f"/v1/integrations/{api.key}/generic"
    before = await dependencies.log.head()
    head = f"POST {path} HTTP/1.1\r\nHost: tocsin\r\nContent-Type: application/json\r\n"
    answer = await api.said(head.encode() + rest, then_leave=True)
    first = answer.split(None, 2)[1:2]
    assert not first or 400 <= int(first[0]) < 500 or int(first[0]) == HTTPStatus.NOT_IMPLEMENTED
    assert await dependencies.log.head() == before
    async with AsyncClient(base_url=api.url) as client:
        taken = await client.post(path, json={"title": "Disk full"})
    assert taken.status_code == HTTPStatus.OK, taken.text
