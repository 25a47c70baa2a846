"""Streams through a real server: whole, resumable, fair, and ended cleanly."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from events.configuration.api_key import ApiScope
from events.log.postgres import PostgresLog
from events.log.recorded import Append, EventData, Metadata
from services.api.dependencies import Dependencies
from services.api.http import envelope, receive_deadline
from services.api.reading.streamed_answer import NDJSON
from services.front.__main__ import STOP_SECONDS, Server, server_for
from services.live.event_streams import HEARTBEAT_SECONDS
from services.settings import Settings
from tests.eventually import eventually
from tests.projections.stories import story, tell_whole
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api

pytestmark = pytest.mark.stack

LONG = 60.0  # seconds, on a machine with other work
CLIENTS = 200


async def append(log: PostgresLog, text: str = "", stream: str = "page-1") -> None:
    payload = json.dumps({"incident_id": str(uuid4()), "text": text}).encode()
    await log.append(
        Append(
            stream=stream,
            command_id=uuid4(),
            request_digest=bytes(32),
            expected_version=None,
            events=(EventData(type="page.started", schema_version=1, payload=payload),),
            metadata=Metadata(principal="test"),
        )
    )


@asynccontextmanager
async def serving(dependencies: Dependencies) -> AsyncIterator[tuple[Server, str]]:
    """Run the API's server as its process does; yield it and its address."""
    server = server_for(replace(dependencies, settings=Settings(api_port=0)))
    task = asyncio.create_task(server.serve())
    await eventually("the server has started", lambda: server.started, pause=0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield server, f"http://127.0.0.1:{port}"
    if not server.should_exit:
        server.stop()
    async with asyncio.timeout(LONG):
        await task


@asynccontextmanager
async def caller(url: str, headers: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=url, headers=headers, limits=limits, timeout=LONG, trust_env=False
    ) as http:
        yield http


class Listening:
    """A client of the stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.events: list[dict[str, Any]] = []
        self.ended: dict[str, Any] | None = None
        self._lines = response.aiter_lines()

    async def until(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(LONG):
            while len(self.events) < count:
                self._take(await anext(self._lines))
        return self.events

    async def to_the_end(self) -> dict[str, Any] | None:
        async with asyncio.timeout(LONG):
            async for line in self._lines:
                self._take(line)
        return self.ended

    def _take(self, line: str) -> None:
        name, _, value = line.partition(": ")
        if name == "data":
            data = json.loads(value)
            if "resume_after" in data:
                self.ended = data
            else:
                self.events.append(data)


@asynccontextmanager
async def listening(
    http: httpx.AsyncClient, path: str = "/v1/stream", **headers: str
) -> AsyncIterator[Listening]:
    async with http.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        yield Listening(response)


async def test_two_hundred_clients_hear_an_event_and_end_cleanly_when_the_api_stops(
    dependencies: Dependencies, log: PostgresLog
) -> None:
    auditor = await holder_of(log, ApiScope.AUDITOR)
    clock = asyncio.get_running_loop().time
    async with AsyncExitStack() as open_lines:
        server, url = await open_lines.enter_async_context(serving(dependencies))
        http = await open_lines.enter_async_context(caller(url, auditor))
        lines = [await open_lines.enter_async_context(listening(http)) for _ in range(CLIENTS)]
        await append(log)
        heard = await asyncio.gather(*(line.until(1) for line in lines))
        assert {events[0]["position"] for events in heard} == {"2"}
        began, busy = clock(), time.process_time()
        server.stop()
        endings = await asyncio.gather(*(line.to_the_end() for line in lines))
        assert time.process_time() - busy < STOP_SECONDS  # the work, whatever else is under way
        assert clock() - began < HEARTBEAT_SECONDS  # and none waits for its next sign of life
        assert endings == [{"reason": "stopping", "resume_after": "2"}] * CLIENTS


async def deaf(url: str, authorization: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Ask for the stream over a line with little room, and take nothing of it for now."""
    address = urlsplit(url)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)  # noqa: FBT003  its own way
    await asyncio.get_running_loop().sock_connect(line, (address.hostname, address.port))
    reader, writer = await asyncio.open_connection(sock=line, limit=1024)
    head = f"GET /v1/stream HTTP/1.1\r\nHost: tocsin\r\nAuthorization: {authorization}\r\n\r\n"
    writer.write(head.encode())
    await reader.readuntil(b"id: ")  # it listens
    return reader, writer


async def test_a_client_that_does_not_read_is_cut_off_and_slows_nobody(
    dependencies: Dependencies, log: PostgresLog
) -> None:
    auditor = await holder_of(log, ApiScope.AUDITOR)
    events, text = 60, "a" * 200_000
    async with serving(dependencies) as (_, url), caller(url, auditor) as http:
        reader, writer = await deaf(url, auditor["Authorization"])
        async with listening(http) as line:
            for number in range(events):
                await append(log, text)
                await line.until(number + 1)
        async with asyncio.timeout(LONG):
            hint = await to_hint(reader)
        writer.close()
        assert hint["reason"] == "too slow"
        after = int(hint["resume_after"])
        assert 1 <= after < events
        async with listening(http, **{"Last-Event-ID": str(after)}) as line:
            found = await line.until(events + 1 - after)
    assert [int(one["position"]) for one in found] == list(range(after + 1, events + 2))


async def to_hint(reader: asyncio.StreamReader) -> dict[str, Any]:
    """Read what was under way, up to the hint that ends the stream."""
    rest = b""
    while b'"resume_after"' not in rest[-1000:] or not rest.endswith(b"0\r\n\r\n"):
        part = await reader.read(1024 * 1024)
        assert part, "the line ended without a word"
        rest = (rest + part)[-2000:]
    hint: dict[str, Any] = json.loads(rest[rest.rindex(b"data: ") + 6 :].splitlines()[0])
    return hint


async def test_a_stream_outlives_the_deadline_of_a_request(
    dependencies: Dependencies, log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope, "DEADLINE_SECONDS", 0.5)
    auditor = await holder_of(log, ApiScope.AUDITOR)
    async with (
        serving(dependencies) as (_, url),
        caller(url, auditor) as http,
        listening(http) as line,
    ):
        await asyncio.sleep(1)  # the deadline itself is what passes
        await append(log)
        assert len(await line.until(1)) == 1


async def test_a_download_that_waits_for_its_reader_holds_no_connection(
    dependencies: Dependencies, log: PostgresLog
) -> None:
    auditor = await holder_of(log, ApiScope.AUDITOR)
    for _ in range(60):
        await append(log, "a" * 200_000)
    headers = {"accept": NDJSON}
    async with (
        serving(dependencies) as (_, url),
        caller(url, auditor) as http,
        http.stream("GET", "/v1/events?stream=page", headers=headers) as response,
    ):
        lines = response.aiter_lines()
        first = json.loads(await anext(lines))
        pool = log.database._pool
        await eventually(
            "every connection is idle", lambda: pool.get_idle_size() == pool.get_size()
        )
        rest = [json.loads(line) async for line in lines]
    found = [int(one["position"]) for one in (first, *rest)]
    assert found == list(range(2, 62))


@pytest.mark.usefixtures("projected")
async def test_events_are_chosen_by_type_stream_and_incident(alone: Api) -> None:
    one, other = story(2001), story(2002)
    await tell_whole(alone.log, one)
    await tell_whole(alone.log, other)
    events = await alone.log.read_all(0)

    async def found(**query: Any) -> list[str]:
        listed = await alone.http.get("/v1/events", params=query)
        streamed = await alone.http.get("/v1/events", params=query, headers={"accept": NDJSON})
        assert streamed.headers["content-type"].startswith(NDJSON)
        as_list = [event["position"] for event in listed.json()["events"]]
        assert [json.loads(line)["position"] for line in streamed.text.splitlines()] == as_list
        return as_list

    def those(wanted: Any) -> list[str]:
        return [str(event.position) for event in events if wanted(event)]

    assert await found() == those(lambda event: True)
    kinds = ["page.started", "incident.declared"]
    assert await found(type=kinds) == those(lambda event: event.type in kinds)
    assert await found(stream="alert") == those(lambda event: event.stream.startswith("alert-"))
    page = f"page-{one.page_id}"
    assert await found(stream=page, after=5) == those(
        lambda event: event.stream == page and event.position > 5
    )
    about = those(lambda event: str(one.incident_id).encode() in event.payload)
    assert await found(incident=str(one.incident_id)) == about
    assert await found(incident="INC-2001", limit=3) == about[:3]
    for wrong in ({"type": "x"}, {"stream": "Page"}, {"after": "x"}, {"limit": 201}, {"q": "x"}):
        for path in ("/v1/events", "/v1/stream"):
            answer = await alone.http.get(path, params=wrong)
            assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
            assert [error["field"] for error in answer.json()["errors"]]
    for path in ("/v1/events", "/v1/stream"):
        assert (await alone.http.get(f"{path}?incident=INC-9")).status_code == 404


@pytest.mark.usefixtures("projected")
async def test_who_reads_incidents_hears_of_incidents_and_of_nothing_else(
    dependencies: Dependencies, alone: Api
) -> None:
    told = story(2003)
    await alone.responder("ada")
    await tell_whole(alone.log, told)
    observer = await holder_of(alone.log, ApiScope.OBSERVER)
    incident = await alone.http.get("/v1/events?incident=INC-2003", headers=observer)
    nouns = {event["stream"].partition("-")[0] for event in incident.json()["events"]}
    assert nouns == {"incident", "page", "alert"}
    assert (await alone.http.get("/v1/events", headers=observer)).status_code == 403
    events = await alone.log.read_all(0)
    seen = [event for event in events if event.stream.startswith(("incident", "page", "alert"))]
    async with serving(dependencies) as (_, url), caller(url, observer) as http:
        async with listening(http, "/v1/stream?after=0") as line:
            await line.until(len(seen))
            await append(alone.log, stream="responder-bob")
            await append(alone.log)
            heard = await line.until(len(seen) + 1)
        assert [one["position"] for one in heard[:-1]] == [str(one.position) for one in seen]
        assert heard[-1]["stream"] == "page-1"
        beyond = await http.get("/v1/stream", headers={"Last-Event-ID": "99999"})
        assert (beyond.status_code, beyond.json()["code"]) == (422, "request-invalid")
        sender = await holder_of(alone.log, ApiScope.INGEST)
        assert (await http.get("/v1/stream", headers=sender)).status_code == 403


async def test_a_client_that_takes_nothing_at_all_is_hung_up_on(
    dependencies: Dependencies, log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive_deadline, "STALL_SECONDS", 0.3)
    auditor = await holder_of(log, ApiScope.AUDITOR)
    async with serving(dependencies) as (_, url):
        _, writer = await deaf(url, auditor["Authorization"])
        for _ in range(40):
            await append(log, "a" * 200_000)
        await eventually("nobody listens any more", lambda: not dependencies.live_feed.listeners)
        writer.transport.abort()
