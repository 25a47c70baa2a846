"""A real Alertmanager that alerted Opsgenie: its receiver's URL and key are all that changes."""

from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from tests.eventually import eventually
from tests.journeys.alertmanager_process import HOW_TO_OPSGENIE, running_alertmanager
from tests.journeys.test_a_real_alertmanager import alert
from tests.services.api.intake.monitor import story_of
from tests.services.api.intake.sources.opsgenie.opsgenie_door import opsgenie_at
from tests.services.api.serving import served

pytestmark = pytest.mark.stack  # it may have to be fetched from Debian first


async def test_a_group_is_one_alert_that_says_what_it_has_become_and_ends_with_it(
    client: AsyncClient, dependencies: Dependencies, tmp_path: Path
) -> None:
    door = await opsgenie_at(client, dependencies)
    log = dependencies.log

    async def is_open(number: int) -> bool:
        return len((await story_of(log)).open_alerts) == number

    async def as_it_says() -> Any:
        (alert_id,) = (await story_of(log)).open_alerts
        return (await door.ask("GET", f"/{alert_id}")).json()["data"]

    async def says_both() -> bool:
        shown = await as_it_says()
        return "[FIRING:2] DiskFull" in shown["message"] and "instance = b" in shown["description"]

    async with (
        served(dependencies) as (host, port),
        running_alertmanager(
            tmp_path, f"http://{host}:{port}/", HOW_TO_OPSGENIE, door.key
        ) as manager,
    ):
        critical = [alert("DiskFull", name) for name in "ab"]
        for one in critical:
            one["labels"]["severity"] = "critical"
        await manager.hears(critical[:1])
        await eventually("the group is one alert", lambda: is_open(1))
        await manager.hears(critical)
        await eventually("it tells of both", says_both)
        shown = await as_it_says()
        assert shown["priority"] == "P1"
        assert "/#/alerts?receiver=tocsin" in shown["source"]
        await manager.hears([one | {"endsAt": one["startsAt"]} for one in critical])
        await eventually("the alert is closed", lambda: is_open(0))
        assert await manager.failures("opsgenie") == 0
    (incident,) = (await story_of(log)).incidents
    assert incident.severity is Severity.SEV1
