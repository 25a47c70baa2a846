"""Alertmanager's webhook over HTTP: the key first, then the body; 503 where it shall come again."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from structlog.testing import capture_logs

from events.api_key.events import ApiScope
from events.errors import LogOverloaded, LogUnavailable, StreamConflict
from events.log.inbox import PostgresInbox
from events.log.memory import MemoryLog
from events.log.postgres import PostgresLog
from events.log.recorded import Append, AppendResult
from services.api import bodies
from services.api.app import create_app
from services.api.dependencies import Dependencies
from services.api.keys import mint_key
from tests.services.api.ingest.monitor import BODIES, body_of, captured, one_alert, story_of
from tests.services.api.key_holders import holder_of


async def monitor_at(client: AsyncClient, dependencies: Dependencies) -> tuple[str, AsyncClient]:
    """Return the path of an integration's webhook, and an admin's client."""
    client.headers.update(await holder_of(dependencies.log, ApiScope.ADMIN))
    service = {"name": "Checkout", "escalation_policy_id": None}
    await client.put("/v1/services/checkout", json=service)
    made = await client.post(
        "/v1/integrations", json={"name": "Prometheus", "service_id": "checkout"}
    )
    return f"/v1/integrations/{made.json()['key']}/alertmanager", client


@pytest.fixture
async def path(client: AsyncClient, dependencies: Dependencies) -> str:
    webhook, _ = await monitor_at(client, dependencies)
    del client.headers["Authorization"]
    return webhook


async def test_the_captured_bodies_are_taken_byte_for_byte(client: AsyncClient, path: str) -> None:
    told = []
    for body in sorted(BODIES.glob("*.json")):
        headers = {"Content-Type": "application/json", "User-Agent": "Alertmanager/0.29.0"}
        answer = await client.post(path, content=body.read_bytes(), headers=headers)
        assert answer.status_code == 200, answer.text
        told.append(answer.json())
    assert [one["outcome"] for one in told] == ["opened", "unchanged", "unchanged"]
    assert told[0]["reference"].startswith("INC-")
    assert [alert["state"] for alert in told[1]["alerts"]] == ["resolved", "firing"]
    assert {alert["incident_id"] for one in told for alert in one["alerts"]} == {
        told[0]["incident_id"]
    }
    assert int(told[2]["position"]) > int(told[0]["position"])


async def test_a_later_alert_joins_and_says_which_incident(client: AsyncClient, path: str) -> None:
    first = (await client.post(path, json=body_of(one_alert("a")))).json()
    later = (await client.post(path, json=body_of(one_alert("a"), one_alert("b")))).json()
    assert later["outcome"] == "joined"
    assert later["reference"] == first["reference"]


@pytest.mark.parametrize(
    "key",
    [
        "x",
        "%00",
        "tocsin_ingest_a_b_c",
        mint_key("ingest").text,
        mint_key("key").text,
        "ÿ" * 50,
        "a" * 5_000,
    ],
    ids=["short", "nul", "shaped", "never_stored", "another_kind", "not_ascii", "long"],
)
async def test_an_unknown_key_is_refused_before_the_body_is_read(
    client: AsyncClient, key: str
) -> None:
    answer = await client.post(f"/v1/integrations/{key}/alertmanager", content=b"{garbage")
    assert answer.status_code == 401
    assert answer.json()["code"] == "not-authenticated"


async def test_a_revoked_key_is_refused_like_an_unknown_one(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, admin = await monitor_at(client, dependencies)
    integration_id = path.split("_")[2]
    assert (await admin.delete(f"/v1/integrations/{integration_id}")).status_code == 200
    revoked = await admin.post(path, json=captured(1))
    unknown = await admin.post(
        f"/v1/integrations/{mint_key('ingest').text}/alertmanager", json=captured(1)
    )
    assert (revoked.status_code, unknown.status_code) == (401, 401)
    assert revoked.json()["detail"] == unknown.json()["detail"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b"4", 422),
        (b"\xff\xfe{}", 400),
        (b'{"version":"4","version":"4"}', 400),
        (b'{"a":NaN}', 400),
        (b'{"a":1e999}', 400),
        (b'{"a":99999999999999999999999}', 400),
        (b"[" * 2_000, 400),
        (b'{"a":' * 40 + b"1" + b"}" * 40, 400),
        (b'{"groupKey":"a\\u0000b"}', 400),
        (b'{"groupKey":"\\ud800"}', 400),
        (json.dumps(captured(1) | {"version": "3"}).encode(), 422),
        (json.dumps(captured(1) | {"alerts": []}).encode(), 422),
        (json.dumps(captured(1) | {"alerts": [[]]}).encode(), 422),
        (json.dumps(captured(1) | {"groupKey": 4}).encode(), 422),
        (b'{"groupKey":"' + b"x" * 600_000 + b'"}', 413),
    ],
)
async def test_garbage_is_refused_by_name_and_stores_nothing(
    client: AsyncClient, dependencies: Dependencies, path: str, content: bytes, status: int
) -> None:
    before = await dependencies.log.head()
    headers = {"Content-Type": "application/json"}
    answer = await client.post(path, content=content, headers=headers)
    assert answer.status_code in {status, 400}, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert await dependencies.log.head() == before


async def test_another_media_type_is_refused(client: AsyncClient, path: str) -> None:
    headers = {"Content-Type": "text/plain"}
    answer = await client.post(path, content=json.dumps(captured(1)), headers=headers)
    assert answer.status_code == 415


async def test_the_key_is_in_no_answer_and_in_no_log_line(
    client: AsyncClient, dependencies: Dependencies, path: str
) -> None:
    secret = path.split("_")[3]
    with capture_logs() as lines:
        taken = await client.post(path, json=captured(1) | {"truncatedAlerts": 3})
        refused = await client.post(path, json={})
    assert secret not in taken.text + refused.text + repr(lines)
    assert any(line["event"] == "alerts_truncated" and line["left_out"] == 3 for line in lines)
    assert any(str(line.get("principal")).startswith("integration:") for line in lines)


class AilingLog(MemoryLog):
    """A log that does not take appends any more, for one reason or another."""

    ailment: Exception | None = None

    async def append(self, request: Append) -> AppendResult:
        if self.ailment is not None:
            raise self.ailment
        return await super().append(request)


@pytest.mark.parametrize(
    "ailment",
    [LogUnavailable("down"), LogOverloaded("full"), StreamConflict("lost"), TimeoutError()],
    ids=lambda ailment: type(ailment).__name__,
)
async def test_what_cannot_be_stored_now_is_asked_for_again(
    dependencies: Dependencies, ailment: Exception
) -> None:
    log = AilingLog()
    ill = replace(dependencies, log=log)
    transport = ASGITransport(create_app(ill))
    async with AsyncClient(transport=transport, base_url="http://tocsin") as client:
        path, _ = await monitor_at(client, ill)
        log.ailment = ailment
        answer = await client.post(path, json=captured(1))
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1")
        log.ailment = None
        retried = await client.post(path, json=captured(1))
        assert retried.json()["outcome"] == "opened"


@pytest.mark.stack
async def test_twenty_equal_webhooks_at_once_are_one_incident_in_postgresql(
    dependencies: Dependencies, log: PostgresLog
) -> None:
    real = replace(dependencies, log=log, database=log.database, inbox=PostgresInbox(log.database))
    async with AsyncClient(
        transport=ASGITransport(create_app(real)), base_url="http://tocsin"
    ) as client:
        path, _ = await monitor_at(client, real)
        answers = await asyncio.gather(*(client.post(path, json=captured(1)) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    story = await story_of(log)
    assert len(story.incidents) == 1
    assert [len(held) for held in story.open_alerts.values()] == [1, 1]


@pytest.mark.stack
async def test_a_storm_of_three_hundred_alerts_is_stored_within_the_time_of_one_request(
    dependencies: Dependencies, log: PostgresLog
) -> None:
    real = replace(dependencies, log=log, database=log.database, inbox=PostgresInbox(log.database))
    body: dict[str, Any] = body_of(*(one_alert(str(number)) for number in range(300)))
    async with AsyncClient(
        transport=ASGITransport(create_app(real)), base_url="http://tocsin"
    ) as client:
        path, _ = await monitor_at(client, real)
        started = time.perf_counter()
        answer = await client.post(path, json=body)
        seconds = time.perf_counter() - started
    assert answer.status_code == 200, answer.text
    assert seconds < 5
    story = await story_of(log)
    assert (len(story.incidents), len(story.open_alerts)) == (1, 300)


async def test_a_body_that_arrives_too_slowly_is_asked_for_again(
    client: AsyncClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "ARRIVAL_SECONDS", 0.05)

    async def dribbling() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(0.3)
        yield b"}"

    headers = {"Content-Type": "application/json"}
    answer = await client.post(path, content=dribbling(), headers=headers)
    assert answer.status_code == 503
