"""Grafana OnCall's formatted webhook: one alert a message, known by its uid.

Body: Grafana OnCall's documentation, "Webhook integrations".
"""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from services.api.dependencies import Dependencies
from services.api.intake.sources.monitors.grafana_oncall import SOURCE
from services.intake.batch.signal import Signal
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import story_of

DOCUMENTED = recorded("grafana_oncall/documented.json")
UID = "08d6891a-835c-e661-39fa-96b6a9e26552"


def only(body: Any) -> Signal:
    (signal,) = signals_by(SOURCE, body)
    return signal


def test_the_documented_body_is_one_alert_with_all_that_it_says() -> None:
    batch, signal = read_by(SOURCE, DOCUMENTED), only(DOCUMENTED)
    assert (signal.dedup_key, signal.firing) == (UID, True)
    assert signal.title == "The whole system is down"
    assert signal.annotations["description"] == batch.summary == "Smth happened. Oh no!"
    assert signal.annotations["image"].endswith("Grumpy_Cat_by_Gage_Skidmore.jpg")
    assert signal.source_url == "https://en.wikipedia.org/wiki/Downtime"
    assert batch.sender == "Grafana OnCall"
    assert not signal.mended


@pytest.mark.parametrize(
    ("state", "firing"), [("ok", False), ("OK", False), ("alerting", True), (None, True), (7, True)]
)
def test_only_the_state_ok_ends_an_alert(state: Any, *, firing: bool) -> None:
    assert only(json.loads(DOCUMENTED) | {"state": state}).firing is firing


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ({"title": " Disk full "}, "Disk full"),
        ({"message": "\n\nDisk full\non db-1", "alert_uid": "d"}, "Disk full"),
        ({"alert_uid": "disk-1"}, "disk-1"),
        ({"title": ["a"], "message": {"b": 1}}, '["a"]'),
    ],
)
def test_an_alert_is_named_by_whatever_it_says(body: Any, title: str) -> None:
    assert only(body).title == title


def test_two_alerts_without_a_uid_are_two_and_end_each_by_itself() -> None:
    disk, load = only({"title": "Disk full"}), only({"title": "Load high"})
    assert disk.dedup_key != load.dedup_key
    assert only({"title": "Disk full", "state": "ok"}).dedup_key == disk.dedup_key


async def test_an_alert_ends_by_its_uid_whatever_its_texts_say(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "grafana-oncall")
    bodies = [
        json.loads(DOCUMENTED),
        {"alert_uid": UID, "title": "Still down"},
        {"alert_uid": UID, "state": "ok"},
    ]
    answers = [(await client.post(url, json=body)).json() for body in bodies]
    assert [one["outcome"] for one in answers] == ["opened", "unchanged", "unchanged"]
    story = await story_of(dependencies.log)
    assert (len(story.incidents), story.open_alerts) == (1, {})


@pytest.mark.parametrize("body", [{}, {"state": "alerting"}, {"title": " "}, [], "down", 7])
async def test_what_names_no_alert_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: Any
) -> None:
    url = await door_for(client, dependencies, "grafana-oncall")
    answer = await client.post(url, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.source == "grafana-oncall"
