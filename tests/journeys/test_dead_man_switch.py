"""The dead-man switch on the whole system: health says so when synthetic pages stop."""

import asyncpg
import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.journeys.freezing import frozen
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_health_says_that_pages_go_nowhere_and_takes_it_back(
    team: Team, system: Stack
) -> None:
    async def silent() -> bool:
        ready = (await team.http.get("/health/ready")).json()
        return any("no synthetic page arrived" in one for one in ready["degraded"])

    async def heard() -> bool:
        return not await silent()

    await eventually("a synthetic page has arrived", heard)
    owner = await asyncpg.connect(system.databases.owner_dsn)
    with frozen(system.services["worker"].pid):
        await owner.execute(
            "update es.dead_man_switch set arrived_at = arrived_at - interval '101 seconds'"
        )
        await eventually("health says that none arrives", silent)
        metrics = (await team.http.get("/metrics")).text
        assert 'tocsin_dead_man_switch_age_seconds{part="arrived"} 1' in metrics
    await owner.execute("update es.dead_man_switch set begun_at = begun_at - interval '60 seconds'")
    await owner.close()
    await eventually("the next one arrives", heard)
