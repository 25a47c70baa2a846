"""Every message behind a good key is kept, and what was left over is taken after all."""

import json
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from events.errors import LogOverloaded
from events.log.intake.arrivals import KeptArrival
from services.api.dependencies import Dependencies
from services.api.intake.keeping.envelope import opened
from services.api.intake.keeping.sweep import Sweep
from tests.services.api.intake.doors import door_for
from tests.services.api.intake.monitor import one_alert, story_of
from tests.services.api.intake.test_alertmanager_route import monitor_at
from tests.services.api.kept_arrivals import KeptArrivals

AT_ONCE = timedelta(0)


def arrivals_of(dependencies: Dependencies) -> KeptArrivals:
    assert isinstance(dependencies.arrivals, KeptArrivals)
    return dependencies.arrivals


async def kept(dependencies: Dependencies) -> list[KeptArrival]:
    """What is kept, oldest first."""
    arrivals = arrivals_of(dependencies)
    return [found[0] for one in sorted(arrivals.messages) if (found := await arrivals.find(one))]


def alerts(*which: Any) -> dict[str, Any]:
    return {"groupKey": "disks", "status": "firing", "alerts": list(which)}


async def test_what_became_of_each_message_is_kept_with_it_and_why(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    for content in (
        json.dumps(alerts(one_alert("a"))),
        json.dumps(alerts(one_alert("a"), one_alert("b"))),
        json.dumps(alerts(one_alert("a"))),
        "disk full, password=hunter22",
    ):
        await client.post(path, content=content, headers={"Authorization": "Bearer abcdefgh"})
    found = await kept(dependencies)
    assert sorted(str(one.outcome) for one in found) == [
        "joined",
        "opened",
        "unchanged",
        "unreadable",
    ]
    assert all(one.reason for one in found)
    letter = arrivals_of(dependencies).messages[
        next(one.arrival_id for one in found if one.outcome == "unreadable")
    ]
    assert opened(letter.content).body == b"disk full, password=[redacted]"
    assert "authorization" not in opened(letter.content).headers
    assert (letter.size, letter.kept) == (28, 28)


async def test_without_a_place_to_keep_it_a_message_is_asked_for_again(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    arrivals_of(dependencies).is_down = True
    answer = await client.post(path, json=alerts(one_alert("a")))
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


async def test_a_storm_keeps_its_beginning_and_its_digest(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    many = [one_alert(f"disk-{number}", annotations={"a": "x" * 900}) for number in range(700)]
    answer = await client.post(path, json=alerts(*many))
    assert answer.json()["alerts_read"] == 700
    (storm,) = await kept(dependencies)
    assert storm.size > storm.kept == 512 * 1024
    assert len(arrivals_of(dependencies).messages[storm.arrival_id].content) < 64 * 1024


async def test_a_message_that_was_left_over_is_taken_by_the_sweep_once(
    client: AsyncClient, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, admin = await monitor_at(client, dependencies)
    with monkeypatch.context() as broken:
        broken.setattr("services.api.intake.alert_source.take_parts", overloaded)
        assert (await client.post(path, json=alerts(one_alert("a")))).status_code == 503
    (waiting,) = await kept(dependencies)
    assert waiting.outcome is None
    sweep = Sweep(dependencies, after=AT_ONCE)
    assert (await sweep.step(), await sweep.step()) == (1, 0)
    assert [one.outcome for one in await kept(dependencies)] == ["opened"]
    again = (await admin.post(path, json=alerts(one_alert("a")))).json()
    assert (again["outcome"], again["alerts"][0]["state"]) == ("unchanged", "firing")


async def test_a_message_left_over_does_not_undo_what_came_after_it(
    client: AsyncClient, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alert fires, and is lost on the way; its end is taken; then the sweep finds the first."""
    path, admin = await monitor_at(client, dependencies)
    with monkeypatch.context() as broken:
        broken.setattr("services.api.intake.alert_source.take_parts", overloaded)
        await client.post(path, json=alerts(one_alert("a")))
    over = one_alert("a", "resolved")
    assert (await client.post(path, json=alerts(over))).json()["outcome"] == "unchanged"
    assert await Sweep(dependencies, after=AT_ONCE).step() == 1
    answer = await admin.post(path, json=alerts(over))
    assert [one["state"] for one in answer.json()["alerts"]] == ["resolved"]


async def test_what_fails_again_and_again_is_given_up_and_says_so(
    client: AsyncClient, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = await monitor_at(client, dependencies)
    monkeypatch.setattr("services.api.intake.alert_source.take_parts", overloaded)
    await client.post(path, json=alerts(one_alert("a")))
    monkeypatch.setattr("services.api.intake.alert_source.take_parts", defective)
    monkeypatch.setattr("services.api.intake.keeping.sweep.TRIES", 2)
    sweep = Sweep(dependencies, after=AT_ONCE)
    assert [await sweep.step() for _ in range(3)] == [0, 1, 0]
    (failed,) = await kept(dependencies)
    assert (failed.outcome, failed.reason) == ("failed", "ZeroDivisionError, 2 times: see the log.")


async def overloaded(*_: object) -> None:
    raise LogOverloaded("Too much at once.")


async def defective(*_: object) -> None:
    raise ZeroDivisionError


async def test_what_was_left_over_is_taken_in_order_with_what_came_between(
    client: AsyncClient, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await door_for(client, dependencies, "pagerduty-events-v2")

    async def say(action: str, *, lost: bool) -> None:
        payload = {"summary": "HTTP fails", "source": "srv01", "severity": "critical"}
        event = {"event_action": action, "dedup_key": "srv01/HTTP", "payload": payload}
        with monkeypatch.context() as killed:
            if lost:  # once it was kept
                killed.setattr(dependencies.turns, "enter", lambda _turn: False)
            assert (await client.post(path, json=event)).status_code == 202

    for action, lost in (("trigger", True), ("resolve", False), ("trigger", True)):
        await say(action, lost=lost)
    assert len(arrivals_of(dependencies).endings) == 1
    assert await Sweep(dependencies, after=AT_ONCE).step() == 2
    story = await story_of(dependencies.log)
    assert story.types.count("alert.triggered") == 2
    assert len(story.open_alerts) == 1
