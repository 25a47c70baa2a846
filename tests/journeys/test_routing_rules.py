"""Rules say who is woken: what is steady pages, what is over before does not, tickets wait."""

from typing import Any

import pytest

from tests.eventually import eventually
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


def by(kind: str, **outcome: Any) -> dict[str, Any]:
    condition = {"field": "labels.kind", "comparison": "equals", "values": [kind]}
    return {"name": kind, "conditions": [condition], "outcome": outcome}


async def test_a_steady_alert_pages_after_its_pause_and_says_why_so_late(team: Team) -> None:
    made = (await team.post("/v1/integrations", {"name": "G", "service_id": team.service})).json()
    url, integration = f"/v1/integrations/{made['key']}/generic", made["integration_id"]

    async def say(kind: str, status: str = "firing") -> dict[str, Any]:
        body: dict[str, Any] = {"title": f"{kind} {team.name}", "dedup_key": kind, "status": status}
        body |= {"severity": "sev2", "labels": {"kind": kind}}
        answer: dict[str, Any] = (await team.post(url, body)).json()
        return answer["alerts"][0]  # type: ignore[no-any-return]

    rules = [
        by("noise", suppress=True),
        by("flapping", pause_seconds=3_600),
        by("steady", pause_seconds=2),
        by("later", ticket_only=True),
    ]
    await team.put(f"/v1/routing-rules/integration.{integration}", {"rules": rules})
    assert (await say("noise"))["held_back"] == "suppressed"
    assert (await say("flapping"))["held_back"] == "pause"
    assert (await say("flapping", "resolved"))["state"] == "resolved"
    ticket = await say("later")
    assert (await say("steady"))["held_back"] == "pause"

    async def paged() -> str | None:
        listed = (await team.get("/v1/incidents", service_id=team.service))["incidents"]
        others = [one for one in listed if one["incident_id"] != ticket["incident_id"]]
        return others[0]["reference"] if others else None

    reference = await eventually("what is steady is an incident", paged)
    await team.happens(reference, "page.level_reached")
    timeline = str(await team.get(f"/v1/incidents/{reference}/timeline"))
    assert f"routing rule steady (integration.{integration}) waits whether it goes on" in timeline
    why = await team.get(f"/v1/incidents/{reference}/still-open")
    assert [one["dedup_key"] for one in why["firing"]] == ["steady"]
    assert (await team.incident(ticket["incident_id"]))["pages"] == []
    held = await team.get("/v1/held-alerts", integration_id=integration)
    assert [(one["dedup_key"], one["hold"]["by"]) for one in held["alerts"]] == [("noise", "noise")]
    passed = await team.get("/v1/held-alerts", integration_id=integration, state="passed")
    assert [one["dedup_key"] for one in passed["alerts"]] == ["flapping"]
    listed = (await team.get("/v1/incidents", service_id=team.service))["incidents"]
    assert len(listed) == 2
