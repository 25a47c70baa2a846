"""Sentry: an issue is one alert until somebody resolves it, and what is forged pages nobody.

Bodies: an issue alert and a resolved issue that Sentry sent in April 2020, as Zulip's tests keep
them (of the stack trace less); the metric alert of Sentry's documentation.
"""

import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.monitors.sentry import MOST_BYTES, SOURCE
from services.intake.batch.signal import Signal
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import story_of
from tests.services.api.intake.test_alertmanager_route import monitor_at

TRIGGERED = recorded("sentry/event-alert.json")
METRIC = recorded("sentry/metric-alert.json")
RESOLVED = recorded("sentry/issue-resolved.json")
SECRET = "8f2a9c31d4e7b6058f2a9c31d4e7b605"


def only(body: Any) -> Signal:
    (signal,) = signals_by(SOURCE, body)
    return signal


def event(**members: Any) -> dict[str, Any]:
    """The recorded issue alert with other members of its event."""
    body: dict[str, Any] = json.loads(TRIGGERED)
    body["data"]["event"] |= members
    return body


def metric(action: str, **members: Any) -> dict[str, Any]:
    """The documented metric alert, with another action."""
    body: dict[str, Any] = json.loads(METRIC)
    body["data"]["metric_alert"] |= members
    return body | {"action": action}


def issue(action: str, number: str = "1635244907") -> dict[str, Any]:
    """The recorded change of an issue, of another one."""
    body: dict[str, Any] = json.loads(RESOLVED)
    body["data"]["issue"]["id"] = number
    return body | {"action": action}


def test_an_issue_alert_says_what_broke_and_where_to_look() -> None:
    signal = only(TRIGGERED)
    assert (signal.dedup_key, signal.firing) == ("issue 1635244907", True)
    assert (signal.title, signal.severity) == ("Exception: Custom exception!", Severity.SEV2)
    assert signal.labels == {
        "culprit": "__main__ in <module>",
        "platform": "python",
        "level": "error",
        "server_name": "hp-pavilion",
    }
    assert signal.annotations == {"rule": "Send a webhook payload to Webhook.site"}
    assert signal.source_url.startswith("https://sentry.io/organizations/")
    assert not signal.mended


def test_a_metric_alert_is_named_by_its_rule_and_began_when_sentry_says() -> None:
    signal = only(metric("critical"))
    assert (signal.title, signal.dedup_key) == ("Too many errors", "metric alert 4")
    assert (signal.firing, signal.severity) == (True, Severity.SEV1)
    assert signal.started_at == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)
    assert read_by(SOURCE, METRIC).summary == (
        "1000 events in the last 10 minutes\nFilter: level:error"
    )
    assert only(metric("warning")).severity is Severity.SEV3
    assert not only(METRIC).firing


@pytest.mark.parametrize("ending", ["resolved", "archived", "ignored"])
async def test_an_issue_is_paged_for_once_until_somebody_is_done_with_it(
    client: AsyncClient, dependencies: Dependencies, ending: str
) -> None:
    url = await door_for(client, dependencies, "sentry")
    later = event(datetime="2020-04-28T15:56:05.903736Z", title="Exception: another text")
    for body in (event(), later, issue("assigned"), issue("resolved", "7"), issue(ending)):
        answer = await client.post(url, json=body)
        assert answer.status_code == 200, answer.text
    story = await story_of(dependencies.log)
    assert story.types.count("alert.triggered") == 1
    assert (len(story.incidents), story.open_alerts) == (1, {})


@pytest.mark.parametrize(
    "body",
    [
        issue("created"),
        issue("unresolved"),
        {"action": "created", "data": {"installation": {"status": "pending"}}},
        {"action": "created", "data": {"comment_id": "1", "comment": "on it"}},
        {"action": "created", "data": {"error": {"title": "KeyError"}}},
    ],
)
async def test_what_is_no_alert_is_taken_and_pages_nobody(
    client: AsyncClient, dependencies: Dependencies, body: Any
) -> None:
    url = await door_for(client, dependencies, "sentry")
    answer = await client.post(url, json=body)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "unchanged")
    assert not (await story_of(dependencies.log)).incidents
    assert not await dependencies.dead_letters.newest(10)


@pytest.mark.parametrize(
    ("odd", "holds"),
    [
        ({"issue_id": 1635244907}, lambda one: one.dedup_key == "issue 1635244907"),
        ({"issue_url": None, "issue_id": "5"}, lambda one: one.dedup_key == "issue 5"),
        ({"title": None}, lambda one: one.title == "Sentry issue 1635244907"),
        ({"title": {"a": 1}}, lambda one: one.title == "Sentry issue 1635244907"),
        ({"title": "x" * 90_000}, lambda one: len(one.title) == 200),
        ({"level": "fatal"}, lambda one: one.severity is Severity.SEV1),
        ({"level": 7}, lambda one: one.severity is None),
        ({"tags": None}, lambda one: one.firing),
        ({"tags": [["environment", "prod"], 4, ["a"]]}, lambda one: one.firing),
        ({"web_url": "javascript:alert(1)"}, lambda one: one.source_url == ""),
        ({"contexts": {"a": [{}] * 20_000}}, lambda one: one.firing),
    ],
)
def test_odd_values_cost_no_alert(odd: Any, holds: Any) -> None:
    signal = only(event(**odd))
    assert holds(signal), signal


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"action": "triggered"}', 400),
        (b'{"action": "triggered", "data": {"event": {"title": "a"}}}', 400),
        (b'{"action": "triggered", "data": {"event": 7}}', 422),
        (b'{"data": {"event": ' + b"[" * 200_000, 400),
        (b" " * (MOST_BYTES + 1), 413),
    ],
)
async def test_what_nobody_can_read_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes, status: int
) -> None:
    url = await door_for(client, dependencies, "sentry")
    assert (await client.post(url, content=body)).status_code == status
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.source == "sentry"


async def test_the_largest_event_is_answered_within_the_second_that_sentry_waits(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "sentry")
    frame = {"function": "é", "vars": {str(one): 1.0 for one in range(9)}}
    body = json.dumps(event(exception={"frames": [frame] * 12_000})).encode()
    assert len(body) > MOST_BYTES / 2
    began = time.perf_counter()
    answer = await client.post(url, content=body)
    assert answer.status_code == 200, answer.text
    assert time.perf_counter() - began < 1


async def test_with_the_client_secret_only_what_sentry_signed_is_taken(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    _, admin = await monitor_at(client, dependencies)
    made = (
        await admin.post("/v1/integrations", json={"name": "Sentry", "service_id": "checkout"})
    ).json()
    path = f"/v1/integrations/{made['integration_id']}/signing-secret"
    assert (await admin.put(path, json={"signing_secret": SECRET})).status_code == 200
    body = TRIGGERED.replace(b"Custom", "é 1.0 \\u00e9".encode())
    signature = hmac.digest(SECRET.encode(), body, "sha256").hex()
    url = f"/v1/integrations/{made['key']}/sentry"
    rewritten = json.dumps(json.loads(body)).encode()
    for sent, status in ((rewritten, 401), (body, 200)):
        answer = await client.post(url, content=sent, headers={"Sentry-Hook-Signature": signature})
        assert answer.status_code == status
    assert (await client.post(url, content=body)).status_code == 401
