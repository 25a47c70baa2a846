"""Alertmanager's webhook over HTTP: the key first, then the body; 503 where it shall come again."""

import asyncio
import gzip
import json
import os
import time
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from statistics import median
from typing import Any

import psutil
import pytest
import structlog
from httpx import ASGITransport, AsyncClient
from structlog.testing import capture_logs

from events.configuration.api_key import ApiScope
from events.errors import LogOverloaded, LogUnavailable, NotStorable, StreamConflict
from events.log.memory import MemoryLog
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.log.recorded import Append, AppendResult
from services.access.secret_keys import new_key
from services.api.app import create_app
from services.api.dependencies import Dependencies
from services.api.intake import streamed_body
from services.intake.alerts.storing import SHOWN
from tests.services.api.intake.monitor import BODIES, body_of, captured, one_alert, story_of
from tests.services.api.kept_letters import KeptLetters
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
        new_key("ingest").text,
        new_key("key").text,
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
        f"/v1/integrations/{new_key('ingest').text}/alertmanager", json=captured(1)
    )
    assert (revoked.status_code, unknown.status_code) == (401, 401)
    assert revoked.json()["detail"] == unknown.json()["detail"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"disk full", b"\xff\xfe{}", b"[" * 2_000, b"null", b"[]", b"{}"]
)
async def test_what_is_no_notification_is_refused_and_kept_as_a_dead_letter(
    client: AsyncClient, dependencies: Dependencies, path: str, content: bytes
) -> None:
    before = await dependencies.log.head()
    answer = await client.post(path, content=content)
    assert (answer.status_code, answer.json()["code"]) == (400, "body-malformed")
    assert await dependencies.log.head() == before
    letters = dependencies.dead_letters
    assert isinstance(letters, KeptLetters)
    (letter,) = letters.kept
    assert (letter.beginning, letter.size, letter.integration_id) == (
        content,
        len(content),
        path.split("_")[2],
    )
    assert letter.reason in answer.json()["detail"]


async def test_what_cannot_be_kept_as_a_dead_letter_is_asked_for_again(
    client: AsyncClient, dependencies: Dependencies, path: str
) -> None:
    letters = dependencies.dead_letters
    assert isinstance(letters, KeptLetters)
    letters.is_down = True
    assert (await client.post(path, content=b"{")).status_code == 503


@pytest.mark.parametrize(
    "change",
    [
        {"version": "3"},
        {"groupKey": 4},
        {"groupKey": "x" * 600_000},
        {"truncatedAlerts": 1.0},
        {"alerts": [one_alert("a", annotations={"summary": "a\x00b"})]},
        {"alerts": [one_alert("a") | {"fingerprint": None}]},
        {"alerts": [one_alert("f" * 300)]},
        {"alerts": [one_alert("a", startsAt="0001-01-01T00:00:00Z")]},
        {"alerts": [[]]},
        {"alerts": [[], one_alert("a")]},
    ],
)
async def test_whatever_fires_behind_a_good_key_opens_an_incident(
    client: AsyncClient, path: str, change: dict[str, Any]
) -> None:
    answer = await client.post(path, json=captured(1) | change)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["outcome"] == "opened"
    sent = len(change.get("alerts", captured(1)["alerts"]))
    assert told["alerts_read"] + told["alerts_unread"] == sent
    repeat = (await client.post(path, json=captured(1) | change)).json()
    assert repeat["outcome"] == "unchanged"


async def test_an_alert_that_cannot_be_read_is_open_in_the_incident_until_all_can_be(
    client: AsyncClient, dependencies: Dependencies, path: str
) -> None:
    first = (await client.post(path, json=body_of(one_alert("a"), "?", "?"))).json()
    assert (first["alerts_read"], first["alerts_unread"]) == (1, 2)
    assert dependencies.losses["alertmanager", "unread"] == 2
    story = await story_of(dependencies.log)
    lost = [event.title for event in story.events if event.type == "alert.triggered"]
    assert lost == ["DiskFull (instance=a)", "2 alerts could not be read"]
    assert "2 alerts could not be read." in story.incidents[0].summary
    whole = (await client.post(path, json=body_of(one_alert("a"), one_alert("b")))).json()
    assert (whole["outcome"], whole["alerts_unread"]) == ("joined", 0)
    assert len((await story_of(dependencies.log)).open_alerts) == 2


async def test_alerts_that_were_left_out_are_open_until_the_group_is_over(
    client: AsyncClient, dependencies: Dependencies, path: str
) -> None:
    await client.post(path, json=body_of(one_alert("a"), truncatedAlerts=5, status="firing"))
    assert len((await story_of(dependencies.log)).open_alerts) == 2
    over = body_of(one_alert("a", "resolved"), truncatedAlerts=5, status="resolved")
    assert (await client.post(path, json=over)).json()["alerts_left_out"] == 5
    assert (await story_of(dependencies.log)).open_alerts == {}


class ChoosyLog(MemoryLog):
    """A log that does not take one alert."""

    async def append(self, request: Append) -> AppendResult:
        if any(b"poison" in event.payload for event in request.events):
            raise NotStorable("The payload is not for this log.")
        return await super().append(request)


async def test_an_alert_that_the_log_refuses_keeps_no_other_one_out(
    dependencies: Dependencies,
) -> None:
    choosy = replace(dependencies, log=ChoosyLog())
    transport = ASGITransport(create_app(choosy))
    async with AsyncClient(transport=transport, base_url="http://tocsin") as client:
        path, _ = await monitor_at(client, choosy)
        good = [one_alert(str(number)) for number in range(12)]
        answer = await client.post(path, json=body_of(*good, one_alert("poison")))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["reference"].startswith("INC-")
    assert (told["alerts_read"], told["alerts_unread"]) == (12, 1)
    assert len((await story_of(choosy.log)).open_alerts) == 13


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_json_is_taken_under_any_media_type(
    client: AsyncClient, path: str, media_type: str
) -> None:
    headers = {"Content-Type": media_type}
    answer = await client.post(path, content=json.dumps(captured(1)), headers=headers)
    assert answer.json()["outcome"] == "opened"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_compressed_body_is_taken(client: AsyncClient, path: str, encoding: str) -> None:
    whole = json.dumps(captured(1)).encode()
    packed = gzip.compress(whole) if encoding == "gzip" else zlib.compress(whole)
    answer = await client.post(path, content=packed, headers={"Content-Encoding": encoding})
    assert (answer.json()["outcome"], answer.json()["alerts_read"]) == ("opened", 2)


async def test_the_key_is_in_no_answer_and_in_no_log_line(
    client: AsyncClient, dependencies: Dependencies, path: str
) -> None:
    secret = path.split("_")[3]
    with capture_logs() as lines:
        taken = await client.post(path, json=captured(1) | {"truncatedAlerts": 3})
        refused = await client.post(path, json={})
    assert secret not in taken.text + refused.text + repr(lines)
    assert any(line["event"] == "alerts_missing" and line["left_out"] == 3 for line in lines)
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


STORM = int(os.environ.get("TOCSIN_STORM", "3000"))  # 50,000 are promised, and take their time


@pytest.mark.stack
async def test_a_storm_is_stored_while_other_requests_go_on(
    dependencies: Dependencies, log: PostgresLog
) -> None:
    real = replace(dependencies, log=log, database=log.database, inbox=PostgresInbox(log.database))
    alerts = [
        one_alert(f"{number:016x}", annotations={"description": f"{number}" + "x" * 500})
        for number in range(STORM)
    ]
    body = json.dumps(body_of(*alerts)).encode()
    async with AsyncClient(
        transport=ASGITransport(create_app(real)), base_url="http://tocsin", timeout=300
    ) as client:
        path, _ = await monitor_at(client, real)
        started = time.perf_counter()
        before = memory()
        storm = asyncio.create_task(client.post(path, content=body))
        waits, peak = [], before
        while not storm.done():
            begun = time.perf_counter()
            other = await client.post(path, json=body_of(one_alert("other"), group="other"))
            assert other.status_code == 200
            waits.append(time.perf_counter() - begun)
            peak = max(peak, memory())
            await asyncio.sleep(0.02)
        answer = await storm
        seconds = time.perf_counter() - started
    told = answer.json()
    structlog.get_logger().info(
        "storm_stored",
        megabytes=len(body) / 1e6,
        seconds=seconds,
        others_median=median(waits),
        others_worst=max(waits),
        memory_megabytes=(peak - before) / 1e6,
    )
    assert (told["outcome"], told["alerts_read"], len(told["alerts"])) == ("opened", STORM, SHOWN)
    assert median(waits) < 0.5
    assert peak - before < 64e6
    stored = await log.database.fetchval(
        "select count(*) from es.event where type = 'alert.triggered'"
    )
    assert stored == STORM + 1


def memory() -> int:
    """Bytes of this process that are in memory."""
    return psutil.Process().memory_info().rss


async def test_what_is_in_doubt_is_asked_for_again_and_the_rest_of_a_storm_is_stored(
    dependencies: Dependencies, client: AsyncClient, path: str
) -> None:
    many = [one_alert(str(number)) for number in range(600)]
    assert (await client.post(path, json=body_of(many[0]))).status_code == 200
    over = one_alert("0", "resolved")
    assert (await client.post(path, json=body_of(over))).status_code == 200
    answer = await client.post(path, json=body_of(*many))
    assert (answer.status_code, answer.json()["code"]) == (503, "firing-in-doubt")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert len((await story_of(dependencies.log)).open_alerts) == 599


async def test_a_body_that_arrives_too_slowly_is_asked_for_again(
    client: AsyncClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed_body, "PART_SECONDS", 0.05)

    async def dribbling() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(0.3)
        yield b"}"

    headers = {"Content-Type": "application/json"}
    answer = await client.post(path, content=dribbling(), headers=headers)
    assert answer.status_code == 503


async def test_the_time_that_reading_takes_is_none_that_a_sender_is_late(
    client: AsyncClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed_body, "PART_SECONDS", 0.05)
    alert = one_alert("a", annotations={"description": "x" * 1_000})
    packed = gzip.compress(json.dumps(body_of(*[alert] * 5_000)).encode())  # arrives in one part
    answer = await client.post(path, content=packed, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 200
