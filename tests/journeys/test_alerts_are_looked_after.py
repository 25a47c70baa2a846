"""An alert that fires reaches somebody, whatever has become of the incident of its group."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.eventually import eventually
from tests.journeys.alertmanager import alertmanager_of
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def fires(
    team: Team, path: str, name: str, severity: str, *, after: float = 0
) -> dict[str, Any]:
    """Say that an alert of the team's one group fires since then, and return the answer."""
    started = datetime.now(UTC) + timedelta(seconds=after)
    alert = {
        "status": "firing",
        "labels": {"alertname": name, "severity": severity},
        "startsAt": started.isoformat(),
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": f"{name}-{team.name}",
    }
    body = {"version": "4", "groupKey": f"group-{team.name}", "alerts": [alert]}
    headers = {"content-type": "application/json"}
    answer = await team.http.post(path, content=json.dumps(body), headers=headers)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def paged(team: Team, reference: str, count: int) -> list[dict[str, Any]]:
    """Return the messages that were meant for people, once they are as many."""

    async def look() -> list[dict[str, Any]] | None:
        deliveries = (await team.get(f"/v1/incidents/{reference}/pages"))["deliveries"]
        return deliveries if len(deliveries) >= count else None

    return await eventually(f"{count} messages about {reference}", look)


async def test_a_sev1_that_joins_a_work_item_wakes_people(team: Team) -> None:
    path = await alertmanager_of(team)
    harmless = await fires(team, path, "DiskFilling", "sev4")
    await team.happens(harmless["reference"], "work_item.opened")
    assert (await team.get(f"/v1/incidents/{harmless['reference']}/pages"))["deliveries"] == []

    joined = await fires(team, path, "DiskFull", "sev1")
    assert (joined["outcome"], joined["reference"]) == ("joined", harmless["reference"])
    people = {one["responder_id"] for one in await paged(team, joined["reference"], 2)}
    assert people == {team.ada, team.grace}
    told = await team.happened(joined["reference"])
    assert "work_item.retracted" in told
    shown = await team.sees(joined["reference"], lambda one: one["severity"] == "SEV1")
    assert shown["reference"] == joined["reference"]


async def test_an_alert_that_joins_after_everybody_stayed_silent_pages_again(team: Team) -> None:
    await team.settle(escalation_timeout_seconds=1)
    path = await alertmanager_of(team)
    first = await fires(team, path, "ErrorRate", "sev2")
    await team.happens(first["reference"], "escalation.exhausted")
    before = len(await paged(team, first["reference"], 2))

    again = await fires(team, path, "Latency", "sev2")
    assert again["reference"] == first["reference"]
    await paged(team, first["reference"], before + 1)


async def test_an_alert_fires_again_after_people_have_ended_its_incident(team: Team) -> None:
    path = await alertmanager_of(team)
    first = await fires(team, path, "ErrorRate", "sev2", after=-600)
    reason = {"reason": "A test.", "category": "false_alarm"}
    declined = await team.give(first["reference"], "decline", reason, by=team.ada)
    assert declined.is_success, declined.text

    again = await fires(team, path, "ErrorRate", "sev2")  # nobody ever said that it was over
    assert again["outcome"] == "opened"
    assert again["reference"] != first["reference"]
    await paged(team, again["reference"], 1)
