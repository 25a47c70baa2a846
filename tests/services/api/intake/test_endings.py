"""What became of a message names its alert, whichever door it came in by."""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from events.ids import alert_id_for
from services.api.dependencies import Dependencies
from tests.services.api.intake.sources.opsgenie.opsgenie_door import OpsgenieDoor, opsgenie_at
from tests.services.api.kept_arrivals import KeptArrivals


@pytest.fixture
async def door(client: AsyncClient, dependencies: Dependencies) -> OpsgenieDoor:
    return await opsgenie_at(client, dependencies)


async def endings(dependencies: Dependencies) -> list[dict[str, Any]]:
    """What became of each message, in the order they came."""
    arrivals = dependencies.arrivals
    assert isinstance(arrivals, KeptArrivals)
    ended = [arrivals.endings[arrival_id] for arrival_id in arrivals.messages]
    return [
        {"outcome": one.outcome.value, "reason": one.reason, **json.loads(one.detail)}
        for one in ended
    ]


async def test_events_of_pagerduty_say_what_became_of_their_alert(
    client: AsyncClient, dependencies: Dependencies, door: OpsgenieDoor
) -> None:
    event = {
        "routing_key": door.key,
        "dedup_key": "disk",
        "payload": {"summary": "Disk full", "severity": "error", "source": "db-1"},
    }
    for action in ("trigger", "trigger", "acknowledge", "acknowledge", "resolve", "acknowledge"):
        answer = await client.post("/v2/enqueue", json=event | {"event_action": action})
        assert answer.status_code == 202
    ended = await endings(dependencies)
    assert [(one["outcome"], one["alerts"][0]["state"]) for one in ended] == [
        ("opened", "firing"),
        ("unchanged", "firing"),
        ("stored", "firing"),
        ("unchanged", "firing"),
        ("unchanged", "resolved"),
        ("unchanged", "resolved"),
    ]
    named = {one["alerts"][0]["alert_id"] for one in ended}
    assert named == {str(alert_id_for(door.integration_id, "disk"))}
    assert [one["alerts"][0]["changed"] for one in ended] == [True, False, True, False, True, False]
    assert ended[2]["reason"] == "The incident of its alert is acknowledged for the sender."
    assert ended[5]["reason"].startswith("It is about an alert that its sender has not open")


async def test_requests_of_opsgenie_say_what_became_of_their_alert(
    door: OpsgenieDoor, dependencies: Dependencies
) -> None:
    await door.post("", {"message": "Disk full", "alias": "disk"})
    for path, body in (
        ("tags", {"tags": ["eu1"]}),
        ("acknowledge", {}),
        ("notes", {"note": "On it."}),
        ("close", {}),
        ("snooze", {"endTime": "2999-01-01T00:00:00Z"}),
    ):
        await door.post(f"/disk/{path}", body, identifierType="alias")
    await door.post("/queue/close", {}, identifierType="alias")
    ended = await endings(dependencies)
    assert [(one["outcome"], one["reason"].partition(". ")[0]) for one in ended] == [
        ("opened", "Alerts fire, and no incident of their group was open."),
        ("stored", "AddTags: Added tags to alert."),
        ("stored", "Acknowledge: Acknowledged alert."),
        ("stored", "AddNote: Added note to alert."),
        ("unchanged", "Close: Closed alert"),
        ("unchanged", "Snooze: Alert is closed."),
        ("unchanged", "Close: Alert does not exist."),
    ]
    disk, queue = (str(door.alert_id(alias)) for alias in ("disk", "queue"))
    assert [one["alerts"][0]["alert_id"] for one in ended] == [*[disk] * 6, queue]


async def test_groups_of_prometheus_are_told_of_together(
    client: AsyncClient, door: OpsgenieDoor, dependencies: Dependencies
) -> None:
    rules = [{"labels": {"alertname": name}} for name in ("DiskFull", "LoadHigh")]
    url = f"/v1/integrations/{door.key}/prometheus"
    assert (await client.post(url, json=rules)).status_code == 200
    (ended,) = await endings(dependencies)
    assert (ended["outcome"], ended["alerts_read"], len(ended["alerts"])) == ("opened", 2, 2)
    assert ended["reason"].endswith("So it is for the first of 2 groups.")
