"""What is answered when the line breaks, the caller leaves, or everybody asks at once."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from events.configuration.api_key import ApiScope
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from services.api.dependencies import Dependencies
from tests.eventually import eventually
from tests.servers import Database
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api
from tests.services.api.serving import served
from tests.services.projector.line import Line

pytestmark = pytest.mark.stack

DECLARATION = {"title": "Checkout fails"}
WAITING = "select count(*) from pg_locks where not granted"


async def test_fifty_equal_declarations_at_once_are_one_incident_and_one_answer(
    alone: Api,
) -> None:
    before = await alone.log.head()
    key = {"Idempotency-Key": "one"}
    answers = await asyncio.gather(
        *(alone.http.post("/v1/incidents", json=DECLARATION, headers=key) for _ in range(50))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["etag"] for answer in answers}) == 1
    assert await alone.log.head() == before + 1


async def test_another_request_under_the_key_of_a_kept_command_is_refused(alone: Api) -> None:
    declared = await alone.declare()
    key = {"Idempotency-Key": "kept"}
    first = await alone.give(declared["incident_id"], "mitigation", {"summary": "a"}, **key)
    assert first.status_code == 202
    other = await alone.give(declared["incident_id"], "mitigation", {"summary": "b"}, **key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    again = await alone.give(declared["incident_id"], "mitigation", {"summary": "a"}, **key)
    assert (again.status_code, again.json()) == (202, first.json())
    (kept,) = await PostgresInbox(alone.log.database).waiting(f"incident/{declared['incident_id']}")
    assert b'"summary":"a"' in kept.body


@pytest.fixture
async def line(database: Database) -> AsyncIterator[Line]:
    """The API's line to PostgreSQL."""
    line = Line(urlsplit(database.app_dsn).netloc.rpartition("@")[2])
    await line.mend()
    yield line
    await line.cut()


@pytest.fixture
async def over_the_line(
    routed: FastAPI, dependencies: Dependencies, database: Database, line: Line
) -> AsyncIterator[AsyncClient]:
    """The API with an admin's key, and everything it stores goes over the line."""
    admin = await holder_of(dependencies.log, ApiScope.ADMIN)
    address = urlsplit(database.app_dsn)
    role = address.netloc.rpartition("@")[0]
    log = await PostgresLog.open(address._replace(netloc=f"{role}@{line.address}").geturl())
    routed.state.dependencies = replace(dependencies, log=log, database=log.database)
    transport = ASGITransport(routed)
    async with AsyncClient(transport=transport, base_url="http://tocsin", headers=admin) as http:
        yield http
    await log.close()


async def test_a_reply_lost_after_the_commit_is_given_to_the_retry(
    over_the_line: AsyncClient, line: Line, log: PostgresLog
) -> None:
    before = await log.head()
    line.deaf_to = b"Checkout fails"  # it is in what is stored, so this reply is the one lost
    key = {"Idempotency-Key": "the-only-one"}
    began = asyncio.get_running_loop().time()
    lost = await over_the_line.post("/v1/incidents", json=DECLARATION, headers=key)
    assert (lost.status_code, lost.headers["retry-after"]) == (503, "1")
    assert asyncio.get_running_loop().time() - began < 5
    assert await log.head() == before + 1
    line.deaf_to = None
    again = await over_the_line.post("/v1/incidents", json=DECLARATION, headers=key)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert (await log.head(), again.json()["position"]) == (before + 1, str(before + 1))


@asynccontextmanager
async def appends_held_up(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Hold every append up, as a slow disk would."""
    owner = await asyncpg.connect(database.owner_dsn)
    try:
        async with owner.transaction():
            await owner.execute("lock table es.event in share row exclusive mode")
            yield owner
    finally:
        await owner.close()


async def until_somebody_waits(owner: asyncpg.Connection) -> None:
    async def waiting() -> bool:
        return bool(await owner.fetchval(WAITING))

    await eventually("somebody waits", waiting, pause=0.02)


@pytest.mark.usefixtures("projected")
async def test_a_caller_who_leaves_in_the_middle_has_given_the_command_once(
    api: Api, connected: Dependencies, database: Database
) -> None:
    declared = await api.started()
    incident, body = declared["incident_id"], json.dumps({"summary": "rolled back"})
    path, stream = f"/v1/incidents/{incident}/mitigation", f"incident-{incident}"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: tocsin\r\nContent-Type: application/json\r\n"
        f"Authorization: {api.http.headers['authorization']}\r\nIdempotency-Key: left\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    async with served(connected) as (host, port):
        async with appends_held_up(database) as owner:
            _, writer = await asyncio.open_connection(host, port)
            writer.write((head + body).encode())
            await until_somebody_waits(owner)
            writer.transport.abort()
        await api.happens(stream, "incident.mitigated")
    again = await api.give(
        incident, "mitigation", {"summary": "rolled back"}, **{"Idempotency-Key": "left"}
    )
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    assert (await api.happened(stream)).count("incident.mitigated") == 1
