"""A job that does not run is noticed, and pages whoever is on call for it."""

from typing import Any

import pytest

from tests.eventually import eventually
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_a_job_that_falls_silent_pages_and_its_next_ping_ends_the_alert(team: Team) -> None:
    made = (
        await team.post("/v1/integrations", {"name": "Cron", "service_id": team.service})
    ).json()
    name = f"backup-{team.name}"
    owed = {
        "name": f"Backup {team.name}",
        "integration_id": made["integration_id"],
        "interval_seconds": 10,
        "severity": "SEV2",
    }
    await team.put(f"/v1/heartbeats/{name}", owed)
    pinged = await team.http.get(f"/ping/{made['key']}/{name}")
    assert pinged.text == "OK"

    reference = await eventually("its silence is an incident", lambda: incident_of(team, owed))
    await team.happens(reference, "page.level_reached")
    assert (await team.get(f"/v1/heartbeats/{name}"))["pulse"] == "silent"
    shown = await team.sees(reference, lambda one: one["severity"] == "SEV2")
    assert "A ping is owed every 10 seconds; last heard" in shown["summary"]

    await team.put(f"/v1/heartbeats/{name}", owed | {"interval_seconds": 3600})
    await team.happens(reference, "alert.resolved")
    await team.http.get(f"/ping/{made['key']}/{name}/fail")
    await eventually("it fires again", lambda: fired(team, reference, 2))
    await team.http.get(f"/ping/{made['key']}/{name}")
    assert (await team.get(f"/v1/heartbeats/{name}"))["pulse"] == "alive"
    await eventually("it is over again", lambda: fired(team, reference, 2, "alert.resolved"))


async def incident_of(team: Team, owed: dict[str, Any]) -> str | None:
    """Return the incident that a heartbeat's silence opened, once there is one."""
    listed = (await team.get("/v1/incidents", service_id=team.service))["incidents"]
    title = f"{owed['name']} is silent"
    return next((one["reference"] for one in listed if one["title"] == title), None)


async def fired(team: Team, reference: str, times: int, kind: str = "alert.triggered") -> bool:
    return (await team.happened(reference)).count(kind) >= times
