"""Health says that alerts are held back for longer than rules ask: they page nobody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from services.api.dependencies import Dependencies
from tests.eventually import eventually
from tests.services.api.live.conftest import Api

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

STEADY: dict[str, Any] = {"name": "Steady for a minute", "outcome": {"pause_seconds": 60}}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(80, []), (100, ["alerts: 1 alert is held back for longer than rules ask"])],
)
async def test_an_alert_that_is_let_go_by_nobody_is_named_by_health(
    alone: Api, routed: FastAPI, dependencies: Dependencies, seconds: int, said: list[str]
) -> None:
    service = {"name": "Checkout", "escalation_policy_id": None}
    await alone.http.put("/v1/services/checkout", json=service)
    await alone.http.put("/v1/routing-rules/organisation", json={"rules": [STEADY]})
    body = {"name": "Prometheus", "service_id": "checkout"}
    key = (await alone.http.post("/v1/integrations", json=body)).json()["key"]
    alert = {"title": "Disk full", "dedup_key": "disk"}
    fired = await alone.http.post(f"/v1/integrations/{key}/generic", json=alert)
    assert fired.json()["alerts"][0]["held_back"] is not None

    async def listed() -> bool:
        return bool((await alone.http.get("/v1/held-alerts")).json()["alerts"])

    await eventually("the alert is listed", listed)
    later = dependencies.clock() + timedelta(seconds=seconds)
    routed.state.dependencies = replace(dependencies, clock=lambda: later)
    degraded = (await alone.http.get("/health/ready")).json()["degraded"]
    assert [one for one in degraded if "held back" in one] == said
