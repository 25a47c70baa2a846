"""A real Prometheus without an Alertmanager: only where it sends its alerts was changed."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from tests.eventually import eventually
from tests.services.api.intake.doors import door_for
from tests.services.api.intake.monitor import story_of
from tests.services.api.intake.sources.monitors.prometheus_process import (
    running_prometheus,
    shown_configurations,
)
from tests.services.api.serving import served

pytestmark = pytest.mark.stack  # it may have to be fetched from Debian first


@pytest.mark.parametrize("shown", shown_configurations(), ids=["key in the path", "key in a file"])
async def test_what_its_rule_says_fires_once_and_ends_when_the_rule_says_so(
    client: AsyncClient, dependencies: Dependencies, tmp_path: Path, shown: str
) -> None:
    log = dependencies.log
    key = (await door_for(client, dependencies, "prometheus")).split("/")[3]

    async def firing(number: int) -> bool:
        return len((await story_of(log)).open_alerts) == number

    async with (
        served(dependencies) as (host, port),
        running_prometheus(tmp_path, shown, f"{host}:{port}", key) as prometheus,
    ):
        for _ in range(2):  # what ended comes back
            await eventually("the alert fires", lambda: firing(1))
            sent = await prometheus.counted("prometheus_notifications_sent_total")

            async def said_again(before: float = sent) -> bool:
                return await prometheus.counted("prometheus_notifications_sent_total") > before + 2

            await eventually("it was said again", said_again)
            assert await firing(1)
            await prometheus.machine.up()
            await eventually("the alert has ended", lambda: firing(0))
            await prometheus.machine.down()
        assert await prometheus.counted("prometheus_notifications_errors_total") == 0
        assert await prometheus.counted("prometheus_notifications_dropped_total") == 0
    incidents = (await story_of(log)).incidents
    assert [one.severity for one in incidents] == [Severity.SEV2] * len(incidents)
    watched = urlsplit(f"//127.0.0.1:{prometheus.machine.port}").netloc
    assert {one.title for one in incidents} == {f"{watched} is down"}
