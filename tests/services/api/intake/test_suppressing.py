"""A suppressed alert is kept and shown, opens no incident, and is decided anew at each message."""

from typing import Any
from uuid import UUID

from httpx import AsyncClient

from events.alert.decide import alert_decider
from events.alert.state import Alert
from events.ids import AlertId, alert_stream
from events.loading import load
from events.routing.holding import HoldReason
from services.api.dependencies import Dependencies
from tests.services.api.intake.monitor import body_of, one_alert
from tests.services.api.intake.test_alertmanager_route import monitor_at
from tests.services.api.intake.test_routing import fire, incident_of, route
from tests.services.api.intake.test_rule_trials import generic, integration_in, tried

STAGING: dict[str, Any] = {
    "name": "Staging pages nobody",
    "conditions": [
        {"field": "labels.env", "comparison": "equals", "values": ["staging"]},
        {"field": "severity", "comparison": "equals", "values": ["SEV1"], "negated": True},
    ],
    "outcome": {"suppress": True},
}


async def alert_of(dependencies: Dependencies, answer: dict[str, Any]) -> Alert:
    alert_id = AlertId(UUID(answer["alerts"][0]["alert_id"]))
    alert, _ = await load(dependencies.log, alert_decider, alert_stream(alert_id))
    return alert


async def end(client: AsyncClient, path: str, key: str) -> dict[str, Any]:
    url = path.replace("alertmanager", "generic")
    answer = await client.post(url, json={"title": "x", "dedup_key": key, "status": "resolved"})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_it_is_kept_with_the_rule_that_did_it_and_its_end_closes_it(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, STAGING)
    answer = await fire(client, path, "a", env="staging")
    assert (answer["incident_id"], answer["alerts"][0]["incident_id"]) == (None, None)
    assert answer["alerts"][0]["state"] == "firing"
    assert answer["alerts"][0]["held_back"] == "suppressed"
    alert = await alert_of(dependencies, answer)
    assert alert.held is not None
    assert (alert.held.hold.by, alert.held.hold.owner) == ("Staging pages nobody", "organisation")
    assert [one.rule for one in alert.held.applied] == ["Staging pages nobody"]
    ended = await end(client, path, "a")
    assert (ended["alerts"][0]["state"], ended["alerts"][0]["held_back"]) == ("resolved", None)
    events = await dependencies.log.read_all(0)
    assert [one.type for one in events if one.type.startswith(("alert.", "incident."))] == [
        "alert.held",
        "alert.passed",
    ]


async def test_a_message_that_says_the_same_again_is_no_event(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, STAGING)
    await fire(client, path, "a", env="staging")
    before = await dependencies.log.head()
    await fire(client, path, "a", env="staging")
    assert await dependencies.log.head() == before


async def test_when_it_gets_worse_the_next_message_pages(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, STAGING)
    await fire(client, path, "a", env="staging")
    url = path.replace("alertmanager", "generic")
    body = {
        "title": "Trouble a",
        "dedup_key": "a",
        "severity": "sev1",
        "labels": {"env": "staging"},
    }
    worse = (await client.post(url, json=body)).json()
    assert worse["outcome"] == "opened"
    assert (await incident_of(dependencies, worse)).severity == "SEV1"
    milder = await fire(client, path, "a", env="staging")  # it stays in its incident
    assert milder["alerts"][0]["incident_id"] == worse["incident_id"]


async def test_when_the_rule_is_gone_the_next_message_pages(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, STAGING)
    await fire(client, path, "a", env="staging")
    await route(client)
    assert (await fire(client, path, "a", env="staging"))["outcome"] == "opened"


async def test_of_one_message_only_what_matches_is_suppressed(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, STAGING)
    quiet, loud = one_alert("quiet"), one_alert("loud")
    quiet["labels"]["env"] = "staging"
    answer = (await client.post(path, json=body_of(quiet, loud, group="mixed"))).json()
    assert answer["outcome"] == "opened"
    placed = {one["held_back"]: one["incident_id"] for one in answer["alerts"]}
    assert placed == {"suppressed": None, None: answer["incident_id"]}


async def test_the_trial_says_that_it_would_be_suppressed_and_by_which_rule(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, integration_id = await integration_in(client, dependencies)
    await route(client, STAGING)
    said = await tried(client, generic(integration_id, labels={"env": "staging"}))
    [one] = said["tried"]
    assert one["held_back"]["reason"] == HoldReason.SUPPRESSED
    assert one["held_back"]["by"] == "Staging pages nobody"
    assert said["alerts"][0]["held_back"] == "suppressed"
    assert "routing rule Staging pages nobody (organisation) suppresses it" in said["reason"]
    assert (await fire(client, path, "a", env="staging"))["alerts"][0]["held_back"] == "suppressed"


async def test_an_alert_that_pauses_and_is_over_before_has_paged_nobody(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, {"name": "flappers", "outcome": {"pause_seconds": 300}})
    answer = await fire(client, path, "a")
    assert (answer["incident_id"], answer["alerts"][0]["held_back"]) == (None, "pause")
    alert = await alert_of(dependencies, answer)
    assert alert.held is not None
    hold = alert.held.hold
    assert hold.until is not None
    assert (hold.until - hold.since).total_seconds() == 300
    before = await dependencies.log.head()
    assert (await fire(client, path, "a"))["alerts"][0]["held_back"] == "pause"
    assert await dependencies.log.head() == before
    ended = await end(client, path, "a")
    assert (ended["outcome"], ended["alerts"][0]["state"]) == ("unchanged", "resolved")


async def test_the_trial_says_until_when_an_alert_would_wait_and_for_what(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    _, integration_id = await integration_in(client, dependencies)
    await route(client, {"name": "flappers", "outcome": {"pause_seconds": 300}})
    said = await tried(client, generic(integration_id))
    hold = said["tried"][0]["held_back"]
    assert (hold["reason"], hold["by"], hold["until"] is not None) == ("pause", "flappers", True)
    assert "flappers (organisation) waits whether it goes on, until" in said["reason"]
    assert said["tried"][0]["applied"][0]["said"] == ["pause"]
