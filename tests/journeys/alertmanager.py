"""An Alertmanager that watches a team's service."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.journeys.team import Team


async def alertmanager_of(team: Team) -> str:
    """Return the path of a new Alertmanager integration of the team's service."""
    body = {"name": "Alertmanager", "service_id": team.service}
    made = (await team.post("/v1/integrations", body)).json()
    return f"/v1/integrations/{made['key']}/alertmanager"


async def alerted(team: Team, path: str, status: str, started: datetime) -> dict[str, Any]:
    """Say what Alertmanager would say of one alert, and return the answer."""
    alert = {
        "status": status,
        "labels": {"alertname": "ErrorRate"},
        "startsAt": started.isoformat(),
        "endsAt": datetime.now(UTC).isoformat() if status == "resolved" else "0001-01-01T00:00:00Z",
        "fingerprint": f"rate-{team.name}",
    }
    body = {"version": "4", "groupKey": f"errors-{team.name}", "alerts": [alert]}
    headers = {"content-type": "application/json"}
    answer = await team.http.post(path, content=json.dumps(body), headers=headers)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told
