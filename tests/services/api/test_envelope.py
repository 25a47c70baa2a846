"""Every request gets an id, a deadline, one line in the log and safe headers, whatever happens."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
import structlog
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from events.configuration.api_key import ApiScope
from events.errors import EventUnreadable, LogOverloaded, LogUnavailable
from events.log.memory import MemoryLog
from services.access.secret_keys import new_key
from services.api.dependencies import Dependencies
from services.api.http import envelope
from tests.services.api.key_holders import holder_of
from tests.services.web.test_sandbox_banner import opened as sandbox_opened

AUTHORIZED = {"Authorization": f"Bearer {new_key('key').text}"}

FAULTS = {
    "the connection was lost": asyncpg.ConnectionDoesNotExistError("lost"),
    "the driver lost itself": asyncpg.InternalClientError("got result for unknown protocol state"),
    "the driver was misused": asyncpg.InterfaceError("pool is closing"),
    "recovering": asyncpg.CannotConnectNowError("starting up"),
    "shutting down": asyncpg.AdminShutdownError("terminating"),
    "cancelled": asyncpg.QueryCanceledError("statement timeout"),
    "too many connections": asyncpg.TooManyConnectionsError("sorry"),
    "the disk is full": asyncpg.DiskFullError("no space"),
    "read-only": asyncpg.ReadOnlySQLTransactionError("standby"),
    "refused": ConnectionRefusedError(),
    "reset": ConnectionResetError(),
    "slow": TimeoutError(),
    "the log is away": LogUnavailable("away"),
    "the log is busy": LogOverloaded("busy"),
    "a stored event is odd": EventUnreadable("odd"),
}


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as captured:
        yield captured


def fail(monkeypatch: pytest.MonkeyPatch, dependencies: Dependencies, fault: Exception) -> None:
    async def failing(*_: object) -> None:
        raise fault

    assert isinstance(dependencies.log, MemoryLog)
    monkeypatch.setattr(dependencies.log, "read_stream", failing)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_trouble_below_is_a_503_that_says_when_to_come_again(
    fault: Exception,
    client: AsyncClient,
    dependencies: Dependencies,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fail(monkeypatch, dependencies, fault)
    answer = await client.get("/v1/events", headers=AUTHORIZED)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(fault) not in answer.text or not str(fault)


async def test_a_defect_is_told_without_its_detail_and_logged_with_it(
    client: AsyncClient,
    dependencies: Dependencies,
    monkeypatch: pytest.MonkeyPatch,
    lines: list[Any],
) -> None:
    fail(monkeypatch, dependencies, ZeroDivisionError("secret detail"))
    answer = await client.get("/v1/events", headers=AUTHORIZED)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert "secret detail" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [line["event"] for line in lines] == ["request_failed", "request_handled"]


async def test_no_request_takes_longer_than_its_deadline(
    client: AsyncClient, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def frozen(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(dependencies.log, "read_stream", frozen)
    monkeypatch.setattr(envelope, "DEADLINE_SECONDS", 0.1)
    async with asyncio.timeout(2):
        answer = await client.get("/v1/events", headers=AUTHORIZED)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage-unavailable")


async def test_every_answer_has_safe_headers_and_the_requests_id(client: AsyncClient) -> None:
    for path in ("/health/live", "/nothing", "/v1/incidents", "/problems", "/docs"):
        answer = await client.get(path, headers={"X-Request-Id": "from-the-proxy-1"})
        for name in envelope.SAFE_HEADERS:
            assert answer.headers[name]
        assert answer.headers["x-request-id"] == "from-the-proxy-1"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers
    odd = await client.get("/health/live", headers={"X-Request-Id": "a\x7f{}"})
    assert len(odd.headers["x-request-id"]) == 32


async def test_a_request_is_one_line_without_the_keys_in_its_path(
    client: AsyncClient, lines: list[Any]
) -> None:
    key = new_key("ingest").text
    refused = await client.post(f"/v1/integrations/{key}/alertmanager", json={})
    await client.get(f"/nothing/{key}")
    handled = [line for line in lines if line["event"] == "request_handled"]
    assert [(line["method"], line["route"], line["status"]) for line in handled] == [
        ("POST", "/v1/integrations/{key}/alertmanager", 401),
        ("GET", None, 404),
    ]
    assert key not in str(lines)
    assert key not in refused.text


async def test_while_postgresql_is_down_nothing_is_ready_but_the_process_lives(
    client: AsyncClient,
) -> None:
    assert (await client.get("/health/live")).status_code == 200
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()["code"]) == (503, "storage-unavailable")


async def test_another_host_header_changes_nothing(app: FastAPI) -> None:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://evil.example") as client:
        answer = await client.get("/v1/incidents/")
    assert answer.status_code == 404
    assert "evil" not in answer.text + str(answer.headers)


async def test_an_answer_from_a_simulated_log_says_that_it_is_one(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    assert isinstance(dependencies.log, MemoryLog)
    await sandbox_opened(dependencies.log)
    headers = await holder_of(dependencies.log, ApiScope.OBSERVER)
    told = await client.get("/v1/me/views", headers=headers)
    assert told.headers[envelope.SANDBOX] == "simulated"
    assert envelope.SANDBOX not in (await client.get("/v1/me/views")).headers, "nobody is told"


async def test_any_other_answer_does_not(client: AsyncClient, dependencies: Dependencies) -> None:
    headers = await holder_of(dependencies.log, ApiScope.OBSERVER)
    told = await client.get("/v1/me/views", headers=headers)
    assert envelope.SANDBOX not in told.headers
