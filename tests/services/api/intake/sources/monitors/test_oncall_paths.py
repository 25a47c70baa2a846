"""Grafana OnCall's own addresses: the same path, another host and key, and its answer.

Bodies: OnCall's documentation (formatted webhook), recorded ones of Alertmanager and Grafana, and
the example of OnCall's `config_integrations/webhook.py`.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient, Response

from services.api.dependencies import Dependencies
from tests.services.api.intake.doors import DATA, door_for, recorded
from tests.services.api.intake.monitor import BODIES, story_of

EXAMPLE = {"message": "This alert was sent by user for the demonstration purposes"}


@pytest.fixture
async def key(client: AsyncClient, dependencies: Dependencies) -> str:
    return (await door_for(client, dependencies, "grafana-oncall")).split("/")[3]


async def sent(client: AsyncClient, kind: str, key: str, body: Any) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await client.post(f"/integrations/v1/{kind}/{key}/", content=content)


@pytest.mark.parametrize(
    ("kind", "file", "opens"),
    [
        ("formatted_webhook", DATA / "grafana_oncall/documented.json", 1),
        ("alertmanager", min(BODIES.glob("1-*.json")), 2),
        ("grafana_alerting", DATA / "grafana/documented.json", 1),
        ("grafana", DATA / "grafana/version-11.json", 1),
    ],
    ids=["formatted webhook", "Alertmanager", "Grafana alerting", "Grafana"],
)
async def test_a_sender_keeps_its_path_and_reads_oncalls_answer(
    client: AsyncClient, dependencies: Dependencies, key: str, kind: str, file: Path, opens: int
) -> None:
    for _ in range(2):
        answer = await sent(client, kind, key, recorded(str(file.relative_to(DATA))))
        assert (answer.status_code, answer.json()) == (200, "Ok.")
    assert len((await story_of(dependencies.log)).open_alerts) >= opens
    assert len((await story_of(dependencies.log)).incidents) == 1


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (EXAMPLE, EXAMPLE["message"]),
        ({"title": "Disk full", "message": "92 %"}, "Disk full"),
        ({"host": "db-1", "free": 3}, '{"free": "3", "host": "db-1"}'),
        ({"title": {"en": "Disk"}, "n": [1]}, '{"en": "Disk"}'),
    ],
)
async def test_any_object_is_an_alert_and_again_the_same_one(
    client: AsyncClient, dependencies: Dependencies, key: str, body: Any, title: str
) -> None:
    for _ in range(2):
        assert (await sent(client, "webhook", key, body)).status_code == 200
    (incident,) = (await story_of(dependencies.log)).incidents
    assert incident.title == title


async def test_its_state_ends_it(client: AsyncClient, dependencies: Dependencies, key: str) -> None:
    for body in (
        {"title": "Disk full", "state": "alerting"},
        {"title": "Disk full", "state": "ok"},
    ):
        await sent(client, "webhook", key, body)
    assert not (await story_of(dependencies.log)).open_alerts
    await sent(client, "webhook", key, {"alert_uid": "a", "title": "Slow: 14 s"})
    await sent(client, "webhook", key, {"alert_uid": "a", "title": "Well: 1 s", "state": "OK"})
    assert not (await story_of(dependencies.log)).open_alerts


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"1", b"\xff", b"[" * 10_000])
async def test_what_is_no_object_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, key: str, body: bytes
) -> None:
    answer = await sent(client, "webhook", key, body)
    assert answer.status_code in {400, 422}, answer.text
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.source == "oncall-webhook"


async def test_nobodys_key_is_refused(client: AsyncClient) -> None:
    assert (await sent(client, "webhook", "nobody", EXAMPLE)).status_code == 401
