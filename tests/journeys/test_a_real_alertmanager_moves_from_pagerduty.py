"""A real Alertmanager that paged by PagerDuty: its receiver's URL and key are all that changes."""

from pathlib import Path

import pytest

from services.stack.stack import Stack
from tests.journeys.alertmanager import alertmanager_of
from tests.journeys.alertmanager_process import HOW_TO_MOVE, running_alertmanager
from tests.journeys.team import Team
from tests.journeys.test_a_real_alertmanager import alert, opened

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_its_pagerduty_receiver_pages_here_and_resolves_here(
    team: Team, system: Stack, tmp_path: Path
) -> None:
    key = (await alertmanager_of(team)).split("/")[3]
    url = f"{system.api_url}/v2/enqueue"
    async with running_alertmanager(tmp_path, url, HOW_TO_MOVE, key) as manager:
        await manager.hears([alert("QueueStuck", "a", summary="Nothing moves.")])
        incident = await opened(team, "[FIRING:1] QueueStuck")
        assert incident["severity"] == "SEV2"
        await team.happens(incident["reference"], "page.level_reached")
        await team.sees(incident["reference"], lambda one: one["open_alerts"] == 1)
        await manager.hears([alert("QueueStuck", "a", ended=True)])
        await team.sees(incident["reference"], lambda one: one["open_alerts"] == 0)
        assert await manager.failures("pagerduty") == 0


async def test_what_is_acknowledged_over_there_pages_nobody_here(team: Team, system: Stack) -> None:
    """Somebody answered over there: nobody is paged here any more."""
    key = (await alertmanager_of(team)).split("/")[3]
    event = {
        "routing_key": key,
        "dedup_key": f"disk-{team.name}",
        "payload": {"summary": f"Disk full of {team.name}", "severity": "critical", "source": "a"},
    }
    for action in ("trigger", "acknowledge"):
        answer = await team.http.post("/v2/enqueue", json=event | {"event_action": action})
        assert answer.status_code == 202, answer.text
        incident = await opened(team, "Disk full")
    await team.happens(incident["reference"], "incident.acknowledged")
    await team.sees(
        incident["reference"], lambda one: one["acknowledged_by"].startswith("integration:")
    )
