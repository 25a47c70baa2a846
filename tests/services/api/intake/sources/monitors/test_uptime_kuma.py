"""Uptime Kuma: a monitor is one alert, down until it is up, however often it is said.

Body: of Uptime Kuma 1.23, member by member as SuavecitoInc/google-chat-notifications wrote it down;
messages without a heartbeat as its own `webhook.js` sends them.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from services.api.dependencies import Dependencies
from services.api.intake.sources.monitors.uptime_kuma import SOURCE
from services.intake.batch.signal import Signal
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import STARTED, story_of

DOWN = recorded("uptime_kuma/down.json")
WENT_DOWN = datetime(2024, 9, 24, 23, 51, 35, 527000, tzinfo=UTC)
EXPIRES = "[Shop][https://shop.example.com] server certificate shop.example.com will expire in"


def only(body: Any) -> Signal:
    (signal,) = signals_by(SOURCE, body)
    return signal


def beat(after: float = 0, **members: Any) -> dict[str, Any]:
    """The recorded message with another heartbeat, so many seconds later."""
    body: dict[str, Any] = json.loads(DOWN)
    time = (WENT_DOWN + timedelta(seconds=after)).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    body["heartbeat"] |= {"time": time} | members
    return body


def about(**members: Any) -> dict[str, Any]:
    """The recorded message about another monitor."""
    body: dict[str, Any] = json.loads(DOWN)
    body["monitor"] |= members
    return body


def test_the_recorded_body_says_which_monitor_is_down_since_when_and_why() -> None:
    batch, signal = read_by(SOURCE, DOWN), only(DOWN)
    assert (signal.title, signal.dedup_key, signal.firing) == ("Test is down", "monitor 29", True)
    assert (signal.started_at, signal.start_known) == (WENT_DOWN, True)
    assert batch.summary == "getaddrinfo ENOTFOUND test.com"
    assert signal.labels == {"monitor": "Test", "type": "http"}
    assert signal.source_url == "https://test.com"
    assert not signal.mended


def test_a_repeat_does_not_say_when_the_monitor_went_down() -> None:
    assert not only(beat(300, important=False)).start_known


@pytest.mark.parametrize(
    ("monitor", "holds"),
    [
        ({"tags": [{"name": "team", "value": "web"}]}, {"team": "web"}),
        ({"tags": [{"name": "prod", "value": ""}, 4, {}]}, {"prod": ""}),
        ({"tags": "prod"}, {}),
        ({"hostname": "db-1", "port": 5432, "url": "https://"}, {"hostname": "db-1"}),
        ({"name": None}, {"monitor": "Monitor 29"}),
        ({"name": "x" * 900}, {"monitor": "x" * 900}),
    ],
)
def test_tags_and_place_of_a_monitor_are_labels(monitor: Any, holds: dict[str, str]) -> None:
    signal = only(about(**monitor))
    assert holds.items() <= signal.labels.items()
    assert len(signal.title) <= 200


@pytest.mark.parametrize("odd", [{"monitor": None}, {"monitor": [1]}, {"msg": None}, {"msg": {}}])
def test_a_beat_alone_is_enough(odd: Any) -> None:
    assert only(json.loads(DOWN) | odd).dedup_key == "monitor 29"


def test_a_certificate_that_expires_soon_is_one_alert_on_all_its_days() -> None:
    warned = [
        only({"heartbeat": None, "monitor": None, "msg": f"{EXPIRES} {days} days"})
        for days in (21, 14)
    ]
    assert warned[0].dedup_key == warned[1].dedup_key
    assert warned[0].title == f"{EXPIRES} 21 days"
    assert (warned[0].firing, warned[0].started_at) == (True, STARTED)


async def test_a_monitor_is_paged_for_once_until_it_is_up(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "uptime-kuma")
    bodies = [
        beat(),
        beat(600, important=False),
        beat(660, status=1, msg="200 - OK"),
        beat(1200),
    ]
    answers = [(await client.post(url, json=body)).json() for body in bodies]
    assert [one["alerts"][0]["state"] for one in answers] == [
        "firing",
        "firing",
        "resolved",
        "firing",
    ]
    story = await story_of(dependencies.log)
    assert story.types.count("alert.triggered") == 2
    (resolved,) = (event for event in story.events if event.type == "alert.resolved")
    assert resolved.ended_at == WENT_DOWN + timedelta(seconds=660)


@pytest.mark.parametrize(
    "body", [{}, {"msg": " "}, {"heartbeat": {"status": 0}}, {"monitor": {"id": 1}}, [], "down", 7]
)
async def test_what_names_no_monitor_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: Any
) -> None:
    url = await door_for(client, dependencies, "uptime-kuma")
    assert (await client.post(url, json=body)).status_code == 422
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.source == "uptime-kuma"


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'{"msg": 1, "msg": 2}', b"[" * 9_000])
async def test_what_is_no_json_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, raw: bytes
) -> None:
    url = await door_for(client, dependencies, "uptime-kuma")
    assert (await client.post(url, content=raw)).status_code == 400
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.size == len(raw)
