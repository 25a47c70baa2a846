"""A body where none is taken is refused unread, and a huge one everywhere, without being kept."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass

import psutil
import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from services.api.dependencies import Dependencies
from services.api.http.guard import Public, Requires, operations
from tests.services.api.key_holders import holder_of
from tests.services.api.serving import served

HUGE = 200 * 1024 * 1024  # bytes
PART = b"x" * 65_536
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str  # with something in each place
    takes_a_body: bool
    mark: Requires | Public | None


def operations_of(app: FastAPI) -> Iterator[Operation]:
    for route, mark in operations(app.router.routes):
        declared = route.body_field is not None or "requestBody" in (route.openapi_extra or {})
        for method in sorted(route.methods or ()):
            path = re.sub(r"\{[a-z_]+\}", "0190a5a0-0000-7000-8000-000000000001", route.path)
            yield Operation(method, path, declared, mark)


@pytest.fixture
async def admin(client: AsyncClient, dependencies: Dependencies) -> AsyncClient:
    client.headers.update(await holder_of(dependencies.log, ApiScope.ADMIN, ApiScope.OBSERVER))
    return client


@pytest.mark.parametrize("sent", ["announced", "in chunks"])
async def test_an_operation_that_takes_no_body_refuses_one_and_says_so(
    app: FastAPI, admin: AsyncClient, sent: str
) -> None:
    async def in_parts() -> AsyncIterator[bytes]:
        yield b"{"

    asked = 0
    for one in operations_of(app):
        if one.takes_a_body or isinstance(one.mark, Public):
            continue
        content = b"{" if sent == "announced" else in_parts()
        answer = await admin.request(one.method, one.path, content=content, headers=JSON)
        if answer.status_code == 503:  # PostgreSQL is down, and the incident is looked for first
            assert one.path.startswith("/v1/incidents/")
            continue
        asked += 1
        assert (answer.status_code, answer.json()["code"]) == (400, "body-not-taken"), one
        assert answer.json()["detail"] == "Leave the body out: this operation takes none."
    assert asked > 30


async def test_half_a_body_is_no_fault_of_ours_anywhere(app: FastAPI, admin: AsyncClient) -> None:
    for one in operations_of(app):
        answer = await admin.request(one.method, one.path, content=b"{", headers=JSON)
        assert answer.status_code != 500, one


async def test_an_empty_body_is_none(app: FastAPI, admin: AsyncClient) -> None:
    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    for one in operations_of(app):
        if not one.takes_a_body and one.path != "/v1/stream":  # its answer never ends
            for content in (b"", nothing()):
                answer = await admin.request(one.method, one.path, content=content)
                assert answer.status_code != 400, one


@dataclass(frozen=True)
class Server:
    address: tuple[str, int]
    headers: dict[str, str]


@pytest.fixture
async def server(app: FastAPI, dependencies: Dependencies) -> AsyncIterator[Server]:
    headers = await holder_of(dependencies.log, ApiScope.ADMIN, ApiScope.OBSERVER)
    async with served(dependencies) as address:
        yield Server(address, headers)


def poured(server: Server, method: str, path: str, *, chunked: bool) -> tuple[int, float]:
    """Send 200 MB, as far as they are taken; return the status and how long it took."""
    began = time.monotonic()
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {HUGE}"
    told = {**server.headers, **JSON, "Host": "tocsin"}
    lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in told.items()), length]
    with socket.create_connection(server.address, timeout=10) as line:
        line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        part = b"%x\r\n%b\r\n" % (len(PART), PART) if chunked else PART
        sent = 0
        try:
            while sent < HUGE:
                sent += line.send(part)
        except OSError:  # the server hung up: that is what it is for
            pass
        answer = b""
        try:
            while read := line.recv(65_536):
                answer += read
        except OSError:
            pass
    return int(answer.split(b" ", 2)[1]), time.monotonic() - began


@pytest.mark.parametrize("sent", ["announced", "in chunks"])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/v1/api-keys/somebody", 400),
        ("GET", "/v1/incidents", 400),
        ("POST", "/v1/incidents", 413),
        ("POST", "/v1/incidents/INC-1/attachments?name=a.txt", 503),  # PostgreSQL is down
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/health/live", 405),
        ("POST", "/ack/nothing", 404),
    ],
)
async def test_two_hundred_megabytes_are_refused_at_once_and_not_kept(
    server: Server, method: str, path: str, status: int, sent: str
) -> None:
    process = psutil.Process()
    before = process.memory_info().rss
    chunked = sent == "in chunks"
    answered, seconds = await asyncio.to_thread(poured, server, method, path, chunked=chunked)
    assert answered == status
    assert seconds < 5
    assert process.memory_info().rss - before < 40 * 1024 * 1024


async def test_whoever_still_sends_reads_the_refusal_and_the_line_ends(server: Server) -> None:
    reader, writer = await asyncio.open_connection(*server.address)
    head = f"DELETE /v1/api-keys/a HTTP/1.1\r\nHost: t\r\nContent-Length: {HUGE}\r\n"
    keys = "".join(f"{k}: {v}\r\n" for k, v in server.headers.items())
    writer.write((head + keys + "\r\n").encode() + PART)
    async with asyncio.timeout(5):
        answer = await reader.read()  # until the server ends its side
    assert b"body-not-taken" in answer
    async with asyncio.timeout(5):
        while not writer.is_closing():  # until it ends ours
            writer.write(PART)
            with suppress(OSError):
                await writer.drain()
            await asyncio.sleep(0.01)


async def test_a_short_body_that_is_refused_leaves_the_line_open(server: Server) -> None:
    async with AsyncClient(
        base_url="http://{}:{}".format(*server.address), trust_env=False
    ) as http:
        http.headers.update(server.headers)
        for _ in range(3):
            refused = await http.request("DELETE", "/v1/api-keys/a", content=b"{}", headers=JSON)
            assert refused.status_code == 400
            assert (await http.get("/health/live")).status_code == 200


async def test_a_body_wrong_in_many_places_names_the_first_and_counts_the_others(
    admin: AsyncClient,
) -> None:
    body = {"title": "a", **{f"unknown{number}": 1 for number in range(1_000)}}
    answer = await admin.post("/v1/incidents", json=body)
    problem = answer.json()
    assert (answer.status_code, len(problem["errors"])) == (422, 50)
    assert problem["detail"].endswith(" and 950 more.")


@pytest.mark.parametrize("path", ["/v1/incidents", "/v1/incident-types/cloud"])
async def test_a_body_of_countless_values_is_refused_before_they_are_looked_at(
    admin: AsyncClient, path: str
) -> None:
    content = b'{"title":"a","fields":[' + b",".join([b"{}"] * 160_000) + b"]}"
    method = "POST" if path.endswith("incidents") else "PUT"
    answer = await admin.request(method, path, content=content, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "body-malformed")
    assert answer.json()["detail"] == "The body holds more than 12000 values."
