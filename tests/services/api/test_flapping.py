"""Whoever looks at an alert sees that it opens again and again, and the report lists it."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from tests.services.api.test_configuration_reads import admin, projecting

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack


async def test_an_alert_that_opened_three_times_is_shown_and_listed_as_flapping(
    admin: AsyncClient,
) -> None:
    service = {"name": "Checkout", "escalation_policy_id": None}
    await admin.put("/v1/services/checkout", json=service)
    created = await admin.post("/v1/integrations", json={"name": "eu-1", "service_id": "checkout"})
    door = f"/v1/integrations/{created.json()['key']}/generic"
    begun = datetime.now(UTC) - timedelta(minutes=30)
    fired = over = created
    for times in range(3):
        started_at = (begun + timedelta(minutes=5 * times)).isoformat()
        body = {"title": "Disk full", "dedup_key": "d", "started_at": started_at}
        fired = await admin.post(door, json=body)
        assert fired.status_code == 200, fired.text
        over = await admin.post(door, json=body | {"status": "resolved"})
        assert over.status_code == 200, over.text
    answer = over.json()
    query = {"after_position": answer["position"]}
    incident = f"/v1/incidents/{fired.json()['incident_id']}"
    [alert] = (await admin.get(f"{incident}/alerts", params=query)).json()["alerts"]
    assert alert["flapping"]["openings"] == alert["occurrences"] == 3
    assert (alert["flapping"]["goes_on"], alert["flapping"]["pages"]) == (True, 0)
    then = {"as_of": answer["position"]}
    [past] = (await admin.get(f"{incident}/alerts", params=then)).json()["alerts"]
    assert (past["flapping"]["goes_on"], past["flapping"]["pages"]) == (None, None)

    listed = (await admin.get("/v1/metrics/flapping", params=query)).json()["alerts"]
    assert [(one["title"], one["openings"]) for one in listed] == [("Disk full", 3)]
    noise = {"by": "monitor", "since": begun.isoformat(), **query}
    [monitor] = (await admin.get("/v1/metrics/noise", params=noise)).json()["noise"]
    assert (monitor["alerts"], monitor["flapping"], monitor["title"]) == (3, 1, "Disk full")
    assert (monitor["outcomes"], monitor["trend"]) == ({"untouched": 1}, "too_few")


async def test_a_time_that_has_not_begun_is_refused_by_its_field(admin: AsyncClient) -> None:
    for path in ("flapping", "noise"):
        late = await admin.get(f"/v1/metrics/{path}", params={"since": "2199-01-01T00:00:00Z"})
        assert late.status_code == 422
        assert "query.since" in late.text
