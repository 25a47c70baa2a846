"""What changed before the incident, over the whole system: the first question at triage."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.eventually import eventually
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


def ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


async def test_whoever_triages_sees_what_was_deployed_just_before(team: Team) -> None:
    made = await team.post("/v1/integrations", {"name": "CI", "service_id": team.service})
    url = f"/v1/integrations/{made.json()['key']}/change-events"
    other = f"other-{team.name}"
    await team.put(f"/v1/services/{other}", {"name": "Other", "escalation_policy_id": None})
    elsewhere = await team.post("/v1/integrations", {"name": "CD", "service_id": other})

    deploy = {
        "routing_key": "ignored",
        "payload": {"summary": "Deploy v42", "source": "github", "timestamp": ago(12)},
        "links": [{"href": "https://ci.example.com/42", "text": "The build"}],
    }
    first = await team.http.post(url, json=deploy)
    again = await team.http.post(url, json=deploy)
    assert first.status_code == again.status_code == 202, first.text
    assert first.json() == again.json()
    await team.http.post(url, json={"summary": "Cache doubled", "happened_at": ago(50)})
    old = await team.http.post(url, json={"summary": "Long ago", "happened_at": ago(3_000)})
    await team.http.post(
        f"/v1/integrations/{elsewhere.json()['key']}/change-events",
        json={"summary": "Other's deploy", "happened_at": ago(3)},
    )
    reference = (await team.declare())["reference"]

    async def look() -> list[dict[str, object]] | None:
        path = f"/v1/incidents/{reference}/recent-changes"
        found = (await team.get(path, limit=200))["changes"]
        mine = [one for one in found if one["change"]["service_id"] in {team.service, other}]
        return mine if len(mine) == 3 else None

    found = await eventually("the three changes of the team", look)
    told = [(one["change"]["summary"], one["same_service"]) for one in found]  # type: ignore[index]
    assert told == [("Deploy v42", True), ("Cache doubled", True), ("Other's deploy", False)]
    assert 11 * 60 <= found[0]["seconds_before"] <= 13 * 60  # type: ignore[operator]
    listed = await team.get(
        "/v1/changes", service_id=team.service, after_position=old.json()["position"]
    )
    assert [one["summary"] for one in listed["changes"]] == [
        "Long ago",
        "Cache doubled",
        "Deploy v42",
    ]
    draft = await team.http.get(f"/v1/incidents/{reference}/postmortem.md")
    assert "Deploy v42" in draft.text
