"""FireHydrant: events of Signals at its own path, with its answers.

Bodies: the two examples of FireHydrant's documentation, "Events Data Model".
"""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.platforms.firehydrant import SOURCE
from tests.services.api.intake.doors import door_for, recorded, signals_by
from tests.services.api.intake.monitor import story_of

MODEL = recorded("firehydrant/model.json")


def sent(**members: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(MODEL)
    return body | members


async def path_at(client: AsyncClient, dependencies: Dependencies) -> str:
    key = (await door_for(client, dependencies, "firehydrant")).split("/")[3]
    return f"/v1/process/{key}"


def test_the_documented_event_is_one_alert() -> None:
    (signal,) = signals_by(SOURCE, MODEL)
    assert signal.firing
    assert signal.dedup_key == "18913k2b63ifs"
    assert signal.title == "CPU usage too high"
    assert signal.severity is Severity.SEV2
    assert signal.labels == {"name": "myService", "region": "us-west2"}
    assert signal.annotations["description"] == "VM CPU utilization is over 90%"
    assert signal.annotations["acme-inc/team"] == "sre"
    assert signal.annotations["link Datadog Monitor"] == signal.source_url
    assert signal.source_url == "https://datadoghq.com/event/event?id=238472398472582"
    assert not signal.mended


def test_a_tag_without_a_name_is_a_label_too() -> None:
    (signal,) = signals_by(SOURCE, recorded("firehydrant/catalog.json"))
    named = {"service": "api-gateway", "environment": "production"}
    assert signal.labels == named | {"tags": "random-tag"}


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("FATAL", Severity.SEV1),
        ("error", Severity.SEV2),
        (1, Severity.SEV3),
        ("0", Severity.SEV4),
        ("page me", None),
        (None, None),
    ],
)
def test_a_level_is_the_severity_as_a_word_or_a_number(
    level: Any, severity: Severity | None
) -> None:
    (signal,) = signals_by(SOURCE, sent(level=level))
    assert signal.severity is severity


@pytest.mark.parametrize(
    ("status", "firing"),
    [("OPEN", True), ("open", True), (0, True), (None, True), ("CLOSED", False), (1, False)],
)
def test_a_status_is_a_word_or_a_number(status: Any, *, firing: bool) -> None:
    (signal,) = signals_by(SOURCE, sent(status=status))
    assert signal.firing is firing


def test_of_a_summary_that_is_too_long_nothing_is_lost() -> None:
    (signal,) = signals_by(SOURCE, sent(summary="Disk full. " * 100))
    assert len(signal.title) <= 200
    assert signal.annotations["description"].startswith("Disk full. " * 100)
    assert signal.mended


@pytest.mark.parametrize(
    "odd",
    [
        {"tags": "service:shop"},
        {"tags": [None, 7, {"a": 1}, ":", "a:b", "a:c"]},
        {"links": [None, {}, {"href": ["x"]}, "http://x"], "images": {"src": 1}},
        {"annotations": {"a": {"b": [1]}}},
        {"idempotency_key": "k" * 1_000},
        {"body": ["several", "lines"]},
    ],
)
def test_odd_members_cost_no_alert(odd: dict[str, Any]) -> None:
    (signal,) = signals_by(SOURCE, sent(**odd))
    assert signal.firing
    assert signal.title == "CPU usage too high"


async def test_a_sender_moves_by_its_base_url(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path = await path_at(client, dependencies)
    for status in ("OPEN", "OPEN", "CLOSED"):
        answer = await client.post(path, json=sent(status=status))
        assert (answer.status_code, answer.json()) == (202, {"success": True})
    story = await story_of(dependencies.log)
    assert story.types.count("alert.triggered") == 1
    assert not story.open_alerts


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"disk full", "JSON"),
        (b"[]", "body"),
        (json.dumps(sent(status="ACKED")).encode(), "ACKED"),
        (json.dumps({"body": "no summary"}).encode(), "summary"),
        (json.dumps(sent(annotations=[])).encode(), "annotations"),
        (b'{"summary": "a", "summary": "b"}', "Duplicate"),
    ],
    ids=["text", "list", "status", "nameless", "annotations", "twice"],
)
async def test_a_refusal_is_worded_as_firehydrant_does_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes, names: str
) -> None:
    answer = await client.post(await path_at(client, dependencies), content=body)
    assert answer.status_code == 400
    assert names in " ".join(answer.json()["errors"])
    assert len(await dependencies.dead_letters.newest(10)) == 1


async def test_an_unknown_key_is_an_error(client: AsyncClient) -> None:
    answer = await client.post("/v1/process/nobody", json=sent())
    assert answer.status_code == 401
    assert answer.json()["errors"]
