"""Maintenance windows are read as they were planned, and tried before they are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from services.api.resources.maintenance.bodies import EVERY_SUNDAY
from tests.services.api.test_configuration_reads import admin, projecting, set_up

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack
PATH = "/v1/maintenance-windows/upgrade"


def soon(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def body(**said: Any) -> dict[str, Any]:
    return {"name": "Upgrade", "reason": "PostgreSQL 19", "ends_at": soon(2)} | said


def first_sunday() -> dict[str, Any]:
    """Return the recurring example with a first start that is not years ago by now."""
    began = (datetime.now(UTC) - timedelta(days=8)).date().isoformat()
    recurrence = EVERY_SUNDAY["recurrence"] | {"first_on": began}
    return EVERY_SUNDAY | {"recurrence": recurrence}


async def put(admin: AsyncClient, path: str, said: dict[str, Any]) -> dict[str, Any]:
    made = await admin.put(path, json=said)
    assert made.status_code == 200, made.text
    receipt: dict[str, Any] = made.json()
    return receipt


async def test_windows_are_listed_by_how_they_stand_and_whose_alerts_they_hold(
    admin: AsyncClient,
) -> None:
    await set_up(admin)
    await put(admin, PATH, body(service_ids=["checkout"]))
    await put(admin, "/v1/maintenance-windows/later", body(starts_at=soon(1)))
    last = await put(admin, "/v1/maintenance-windows/sundays", first_sunday())
    query = {"after_position": last["position"]}

    async def ids(**chosen: str) -> list[str]:
        answer = await admin.get("/v1/maintenance-windows", params=query | chosen)
        assert answer.status_code == 200, answer.text
        listed = answer.json()["maintenance_windows"]
        return [one["maintenance_window_id"] for one in listed]

    assert await ids() == ["later", "sundays", "upgrade"]
    assert "upgrade" in await ids(state="running")
    assert "later" in await ids(state="upcoming")
    assert await ids(service_id="storage") == ["later", "sundays"]
    shown = (await admin.get("/v1/maintenance-windows/sundays", params=query)).json()
    assert shown["recurrence"]["rrule"] == "FREQ=WEEKLY;BYDAY=SU"
    assert shown["next_starts_at"] is not None
    assert shown["reports"] == []


async def test_a_window_is_extended_ended_planned_anew_and_cancelled(admin: AsyncClient) -> None:
    made = await put(admin, PATH, body())
    assert made["warnings"] == [
        "While it runs, no new alert pages anybody: it names no service and no condition."
    ]
    steps = {
        "extension": {"until": soon(3), "reason": "Longer"},
        "end": {"reason": "Done"},
        "cancellation": {"reason": "Never mind"},
    }
    position = ""
    for noun, said in steps.items():
        answer = await admin.post(f"{PATH}/{noun}", json=said)
        assert answer.status_code == 200, answer.text
        position = answer.json()["position"]
    query = {"after_position": position}
    shown = (await admin.get(PATH, params=query)).json()
    assert (shown["state"], shown["ended_reason"]) == ("cancelled", "Never mind")
    for noun in ("extension", "end"):
        refused = await admin.post(f"{PATH}/{noun}", json=steps[noun])
        assert refused.status_code == 409, refused.text
    assert (await admin.post("/v1/maintenance-windows/x/end", json=steps["end"])).status_code == 404


async def test_a_dry_run_of_a_window_plans_nothing(admin: AsyncClient) -> None:
    tried = await admin.put(PATH, json=body(), headers={"Tocsin-Dry-Run": "true"})
    assert tried.json()["status"] == "dry_run", tried.text
    assert (await admin.get(PATH)).status_code == 404


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"starts_at": "2020-01-01T00:00:00Z"}, "starts_at"),
        ({"ends_at": None}, "ends_at"),
        ({"service_ids": ["nothing"]}, "service_ids.0"),
        (
            {"conditions": [{"field": "title", "comparison": "matches", "values": ["("]}]},
            "conditions.0.values.0",
        ),
    ],
    ids=["past", "no end", "unknown service", "no pattern"],
)
async def test_a_window_that_makes_no_sense_is_refused_by_its_field(
    admin: AsyncClient, said: dict[str, Any], field: str
) -> None:
    refused = await admin.put(PATH, json=body(**said))
    assert refused.status_code == 422, refused.text
    assert field in refused.text


async def test_what_a_window_would_hold_back_is_seen_before_it_is_planned(
    admin: AsyncClient,
) -> None:
    await set_up(admin)
    integration = {"name": "Cron", "service_id": "checkout"}
    made = (await admin.post("/v1/integrations", json=integration)).json()
    url = f"/v1/integrations/{made['key']}/generic"
    disk = await admin.post(url, json={"title": "Trouble disk", "dedup_key": "disk"})
    fired = await admin.post(url, json={"title": "Trouble cpu", "dedup_key": "cpu"})
    assert (disk.status_code, fired.status_code) == (200, 200), fired.text
    query = {"after_position": fired.json()["position"]}
    await admin.get(f"/v1/incidents/{fired.json()['incident_id']}/alerts", params=query)

    async def preview(**said: Any) -> dict[str, Any]:
        answer = await admin.post("/v1/maintenance-windows/preview", json=said)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    every = await preview()
    assert (every["firing"], every["last_week"], every["last_week_of"]) == (2, 2, 2)
    assert every["warnings"]
    on_disk = {"field": "title", "comparison": "contains", "values": ["disk"]}
    one = await preview(service_ids=["checkout"], conditions=[on_disk])
    assert [alert["title"] for alert in one["alerts"]] == ["Trouble disk"]
    assert one["warnings"] == []
    assert (await preview(service_ids=["storage"]))["firing"] == 0
