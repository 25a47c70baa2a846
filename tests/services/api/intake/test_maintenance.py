"""While a maintenance window runs, new alerts open no incident, and resolutions go through."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from events.alert.decide import alert_decider
from events.alert.events import ALERT_EVENTS
from events.alert.state import Alert
from events.ids import AlertId, alert_stream
from events.incident.events import IncidentDeclared
from events.loading import load
from events.log.codec import codec_for, wire_name
from events.log.lookup.watched import Changed, Watched
from events.log.memory import MemoryLog
from events.maintenance_window.events import MAINTENANCE_WINDOW_EVENTS
from events.registry import ALL_EVENTS
from services.api.dependencies import Dependencies
from services.intake.maintenance.running import RunningWindow, running_windows
from tests.services.api.intake.monitor import body_of, one_alert
from tests.services.api.intake.test_alertmanager_route import monitor_at

WINDOW = "/v1/maintenance-windows/upgrade"
HOLDS = {"alert.held", "alert.passed"}


def soon(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


async def plan(client: AsyncClient, name: str = "upgrade", **said: Any) -> dict[str, Any]:
    body = {"name": "Database upgrade", "reason": "PostgreSQL 19", "ends_at": soon(2)} | said
    answer = await client.put(f"/v1/maintenance-windows/{name}", json=body)
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


async def end(client: AsyncClient, name: str = "upgrade") -> None:
    url = f"/v1/maintenance-windows/{name}/end"
    answer = await client.post(url, json={"reason": "Done early"})
    assert answer.status_code == 200, answer.text


async def say(client: AsyncClient, path: str, key: str, **more: Any) -> dict[str, Any]:
    """Have the monitor say that an alert fires, or with `status` that it is over."""
    url = path.replace("alertmanager", "generic")
    body = {"title": f"Trouble {key}", "dedup_key": key, "severity": "sev3"} | more
    answer = await client.post(url, json=body)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def alert_in(dependencies: Dependencies, answer: dict[str, Any]) -> Alert:
    stream = alert_stream(AlertId(UUID(answer["alerts"][0]["alert_id"])))
    alert, _ = await load(dependencies.log, alert_decider, stream)
    return alert


async def types_of(dependencies: Dependencies, answer: dict[str, Any]) -> list[str]:
    stream = alert_stream(AlertId(UUID(answer["alerts"][0]["alert_id"])))
    return [one.type for one in await dependencies.log.read_stream(stream)]


async def incidents(dependencies: Dependencies) -> int:
    stored = await dependencies.log.read_all(0, 10_000)
    return sum(one.type == wire_name(IncidentDeclared) for one in stored)


async def test_an_alert_during_maintenance_is_stored_and_opens_no_incident(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await plan(client, service_ids=["checkout"])
    answer = await say(client, path, "a")
    assert answer["incident_id"] is None
    assert answer["alerts"][0]["held_back"] == "maintenance"
    alert = await alert_in(dependencies, answer)
    assert alert.held is not None
    assert (alert.held.hold.owner, alert.held.hold.by) == ("upgrade", "Database upgrade")
    assert await incidents(dependencies) == 0
    await say(client, path, "a")
    assert await types_of(dependencies, answer) == ["alert.held"]


@pytest.mark.parametrize(
    "said",
    [
        {"service_ids": ["storage"]},
        {"conditions": [{"field": "title", "comparison": "contains", "values": ["Other"]}]},
        {"starts_at": soon(1)},
    ],
    ids=["another service", "another alert", "later"],
)
async def test_a_window_that_is_not_about_an_alert_leaves_it_alone(
    client: AsyncClient, dependencies: Dependencies, said: dict[str, Any]
) -> None:
    path, _ = await monitor_at(client, dependencies)
    made = await client.put(
        "/v1/services/storage", json={"name": "Storage", "escalation_policy_id": None}
    )
    assert made.status_code == 200, made.text
    await plan(client, **said)
    answer = await say(client, path, "a")
    assert answer["incident_id"] is not None


async def test_a_resolution_goes_through_for_an_alert_that_is_held_back_and_one_that_is_not(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    before = await say(client, path, "before")
    await plan(client)
    during = await say(client, path, "during")
    for key, answer in (("before", before), ("during", during)):
        over = await say(client, path, key, status="resolved")
        assert over["alerts"][0]["state"] == "resolved"
        assert not (await alert_in(dependencies, answer)).fires
    assert await types_of(dependencies, during) == ["alert.held", "alert.passed"]
    assert await incidents(dependencies) == 1


async def test_an_alert_of_an_incident_that_is_open_stays_in_it(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    before = await say(client, path, "a")
    await plan(client)
    assert (await say(client, path, "a"))["alerts"][0]["incident_id"] == before["incident_id"]
    assert await types_of(dependencies, before) == ["alert.triggered"]


async def test_what_fires_still_after_the_window_opens_an_incident_with_the_next_message(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await plan(client)
    held = await say(client, path, "a")
    await end(client)
    after = await say(client, path, "a")
    assert after["incident_id"] is not None
    assert await types_of(dependencies, held) == ["alert.held", "alert.triggered"]
    await say(client, path, "a")
    assert await incidents(dependencies) == 1


async def test_an_alert_that_another_window_holds_stays_held(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await plan(client)
    held = await say(client, path, "a")
    await plan(client, "network")
    await end(client)
    await say(client, path, "a")
    assert await types_of(dependencies, held) == ["alert.held", "alert.held"]
    alert = await alert_in(dependencies, held)
    assert alert.held is not None
    assert alert.held.hold.owner == "network"


async def test_of_one_message_only_what_fits_the_window_is_held_back(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    of_db = {"field": "labels.host", "comparison": "equals", "values": ["db-1"]}
    await plan(client, conditions=[of_db])
    alerts = [one_alert(key) for key in ("x", "y")]
    for alert, host in zip(alerts, ("db-1", "web-1"), strict=True):
        alert["labels"]["host"] = host
    answer = (await client.post(path, json=body_of(*alerts, group="mixed"))).json()
    assert {one["held_back"] for one in answer["alerts"]} == {None, "maintenance"}
    assert answer["outcome"] == "opened"
    assert await incidents(dependencies) == 1


async def test_a_window_for_a_service_counts_for_what_rules_send_there(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    made = await client.put(
        "/v1/services/storage", json={"name": "Storage", "escalation_policy_id": None}
    )
    assert made.status_code == 200, made.text
    rule = {
        "name": "disks",
        "conditions": [{"field": "title", "comparison": "contains", "values": ["disk"]}],
        "outcome": {"service_id": "storage", "title": "Storage: {title}", "severity": "SEV1"},
    }
    ruled = await client.put("/v1/routing-rules/organisation", json={"rules": [rule]})
    assert ruled.status_code == 200, ruled.text
    await plan(client, service_ids=["storage"])
    answer = await say(client, path, "disk")
    alert = await alert_in(dependencies, answer)
    assert alert.held is not None
    assert (alert.held.service_id, alert.held.title) == ("storage", "Trouble disk")
    assert [one.rule for one in alert.held.applied] == ["disks"]
    assert (await say(client, path, "cpu"))["incident_id"] is not None
    await end(client)
    await say(client, path, "disk")
    released = await alert_in(dependencies, answer)
    assert (released.title, released.severity) == ("Storage: Trouble disk", "SEV1")


async def test_what_of_a_message_could_not_be_read_is_held_back_too(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await plan(client)
    body = body_of(one_alert("x"), group="g") | {"truncatedAlerts": 3}
    answer = (await client.post(path, json=body)).json()
    assert answer["alerts"][0]["held_back"] == "maintenance"
    assert await incidents(dependencies) == 0
    await end(client)
    assert (await client.post(path, json=body)).json()["incident_id"] is not None
    assert await incidents(dependencies) == 1


def test_the_log_watches_every_event_of_a_window_and_of_a_hold() -> None:
    assert set(Watched.MAINTENANCE.value) == {wire_name(one) for one in MAINTENANCE_WINDOW_EVENTS}
    assert set(Watched.HOLDS.value) == HOLDS <= {wire_name(one) for one in ALERT_EVENTS}
    assert codec_for(ALL_EVENTS)


async def test_a_trial_says_which_window_would_hold_an_alert_back(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    await monitor_at(client, dependencies)
    await plan(client)
    cron = {"name": "Cron", "service_id": "checkout"}
    made = (await client.post("/v1/integrations", json=cron)).json()
    message = {
        "integration_id": made["integration_id"],
        "source": "generic",
        "body": '{"title": "Disk full", "dedup_key": "disk"}',
    }
    answer = await client.post("/v1/routing-rules/test", json={"message": message})
    assert answer.status_code == 200, answer.text
    [tried] = answer.json()["tried"]
    assert (tried["held_back"]["reason"], tried["held_back"]["owner"]) == ("maintenance", "upgrade")
    assert await incidents(dependencies) == 0


async def test_who_asks_at_the_same_time_shares_a_read_and_a_window_planned_before_counts(
    client: AsyncClient, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    await monitor_at(client, dependencies)
    log, asked = dependencies.log, 0

    async def running() -> Sequence[Sequence[RunningWindow]]:
        now = datetime.now(UTC)
        return await asyncio.gather(*(running_windows(log).at(log, now) for _ in range(20)))

    async def counted(self: MemoryLog, watched: Watched, after_position: int) -> Changed:
        nonlocal asked
        asked += 1
        return await originally(self, watched, after_position)

    originally = MemoryLog.changed
    monkeypatch.setattr(MemoryLog, "changed", counted)
    assert await running() == [()] * 20
    assert asked == 1
    await plan(client)
    assert [[one.defined.name for one in each] for each in await running()] == [
        ["Database upgrade"]
    ] * 20
