"""During maintenance nobody is woken, and what is broken still at its end pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.eventually import eventually
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_what_fires_during_maintenance_pages_at_its_end_if_it_fires_still(team: Team) -> None:
    made = await team.post("/v1/integrations", {"name": "Cron", "service_id": team.service})
    url = f"/v1/integrations/{made.json()['key']}/generic"

    async def say(key: str, status: str = "firing") -> dict[str, Any]:
        body = {"title": f"{key} {team.name}", "dedup_key": key, "status": status}
        answer: dict[str, Any] = (await team.post(url, body)).json()
        return answer

    window = f"/v1/maintenance-windows/upgrade-{team.name}"
    planned = {
        "name": "Upgrade",
        "reason": "PostgreSQL 19",
        "service_ids": [team.service],
        "ends_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
    }
    await team.put(window, planned)
    for key in ("disk", "memory"):
        assert (await say(key))["alerts"][0]["held_back"] == "maintenance"
    assert (await say("memory", "resolved"))["alerts"][0]["state"] == "resolved"
    assert (await team.get("/v1/incidents", service_id=team.service))["incidents"] == []
    assert (await team.get(window))["state"] == "running"

    await team.post(f"{window}/end", {"reason": "Done early"})
    reference = await eventually("it is an incident", lambda: incident_of(team))
    await team.happens(reference, "page.level_reached")
    [report] = (await team.get(window))["reports"]
    assert (report["held"], report["resolved"], report["firing"]) == (2, 1, 1)
    held = (await team.get(f"{window}/alerts"))["alerts"]
    assert {one["title"].split()[0]: one["became"] for one in held} == {
        "disk": "released",
        "memory": "resolved",
    }
    assert len((await team.get("/v1/incidents", service_id=team.service))["incidents"]) == 1


async def incident_of(team: Team) -> str | None:
    listed = (await team.get("/v1/incidents", service_id=team.service))["incidents"]
    return next((one["reference"] for one in listed), None)
