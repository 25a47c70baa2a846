"""Rootly: alerts at the path of its generic webhook, with its key and its signature.

Bodies: what an observability platform sends there when a rule fires and recovers, by the members
and values of its own tests (its module for Rootly's generic webhook).
"""

import hmac
import json
from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.platforms.rootly import SOURCE
from tests.services.api.intake.doors import door_for, recorded, signals_by
from tests.services.api.intake.monitor import story_of
from tests.services.api.intake.test_alertmanager_route import monitor_at

TRIGGERED = recorded("rootly/triggered.json")
RESOLVED = recorded("rootly/resolved.json")
PATH = "/webhooks/incoming/generic_webhooks"


def sent(**members: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(TRIGGERED)
    return body | members


def test_what_a_platform_sends_is_one_alert() -> None:
    (signal,) = signals_by(SOURCE, TRIGGERED)
    assert signal.firing
    assert signal.dedup_key == "rush:tenant-a:metrics:rule-1"
    assert signal.title == "High latency"
    assert signal.annotations["description"] == "Latency exceeded"
    assert signal.annotations["threshold"] == "90.0"
    assert not signal.mended


def test_its_end_has_the_same_key_under_another_title() -> None:
    (signal,) = signals_by(SOURCE, RESOLVED)
    assert not signal.firing
    assert signal.dedup_key == "rush:tenant-a:metrics:rule-1"


@pytest.mark.parametrize(
    ("state", "firing"),
    [("Resolved", False), ("ok", False), ("open", True), ("acknowledged", True), (None, True)],
)
@pytest.mark.parametrize("name", ["state", "status"])
def test_a_state_or_a_status_ends_it(name: str, state: Any, *, firing: bool) -> None:
    body = {"title": "High latency", name: state}
    (signal,) = signals_by(SOURCE, body)
    assert signal.firing is firing


def test_an_alert_by_the_names_of_rootlys_own_interface_is_read() -> None:
    body = {
        "summary": "High latency",
        "status": "triggered",
        "external_id": "rule-1",
        "external_url": "https://example.com/rule-1",
        "labels": [{"key": "platform", "value": "osx"}, {"key": 7}, "x"],
        "urgency": "critical",
        "started_at": "2026-11-23T03:20:00Z",
    }
    (signal,) = signals_by(SOURCE, body)
    assert (signal.title, signal.dedup_key) == ("High latency", "rule-1")
    assert signal.labels == {"platform": "osx"}
    assert signal.severity is Severity.SEV1
    assert signal.source_url == "https://example.com/rule-1"
    assert signal.start_known


@pytest.mark.parametrize("path", [PATH, f"{PATH}/notify/escalationPolicy/abc-123"])
@pytest.mark.parametrize("place", ["header", "query"])
async def test_a_sender_moves_by_its_base_url(
    client: AsyncClient, dependencies: Dependencies, path: str, place: str
) -> None:
    key = (await door_for(client, dependencies, "rootly")).split("/")[3]
    headers = {"Authorization": f"Bearer {key}"} if place == "header" else {}
    params = {"secret": key} if place == "query" else {}
    for body in (TRIGGERED, TRIGGERED, RESOLVED):
        answer = await client.post(path, content=body, headers=headers, params=params)
        assert answer.status_code == 200
    story = await story_of(dependencies.log)
    assert story.types.count("alert.triggered") == 1
    assert not story.open_alerts


@pytest.mark.parametrize("before", ["", "sha256="])
async def test_with_a_signing_secret_only_what_it_signed_is_taken(
    client: AsyncClient, dependencies: Dependencies, before: str
) -> None:
    _, admin = await monitor_at(client, dependencies)
    made = (
        await admin.post("/v1/integrations", json={"name": "Rootly", "service_id": "checkout"})
    ).json()
    url = f"/v1/integrations/{made['key']}/rootly"
    changed = await admin.put(
        f"/v1/integrations/{made['integration_id']}/signing-secret",
        json={"signing_secret": "the secret of the webhook"},
    )
    assert changed.is_success, changed.text
    digest = hmac.new(b"the secret of the webhook", TRIGGERED, "sha256").hexdigest()
    signed = {"X-Webhook-Signature-256": before + digest}
    assert (await client.post(url, content=TRIGGERED, headers=signed)).status_code == 200
    assert (await client.post(url, content=RESOLVED, headers=signed)).status_code == 401
    assert (await client.post(url, content=TRIGGERED)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{" * 5_000, b'{"title": "a", "title": "b"}', b'{"state": "triggered"}'],
    ids=["empty", "list", "deep", "twice", "nameless"],
)
async def test_a_hostile_body_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes
) -> None:
    url = await door_for(client, dependencies, "rootly")
    assert (await client.post(url, content=body)).status_code in {400, 422}
    assert len(await dependencies.dead_letters.newest(10)) == 1


async def test_an_unknown_key_is_an_error(client: AsyncClient) -> None:
    assert (await client.post(PATH, json=sent(), params={"secret": "nobody"})).status_code == 401
