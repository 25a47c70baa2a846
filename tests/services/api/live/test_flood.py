"""A database on which every read hangs: alerts come in and acknowledgements count all the same."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from events.log.database import Database as Pool
from events.log.postgres import PostgresLog
from services.api.dependencies import Dependencies
from services.api.reaching import CONNECTIONS
from tests.servers import Database
from tests.services.api.live.conftest import Api
from tests.services.real_dependencies import dependencies_on

pytestmark = pytest.mark.stack

READS = 150
WEBHOOK = json.loads(Path("tests/data/alertmanager/1-firing.json").read_text())


@pytest.fixture
async def dependencies(database: Database, refusing_port: int) -> AsyncIterator[Dependencies]:
    """With as many connections as the API's process has; Temporal is down."""
    pool = await Pool.open(database.app_dsn, largest=CONNECTIONS)
    log = PostgresLog(database.app_dsn, pool, "sync")
    dependencies = dependencies_on(log, f"127.0.0.1:{refusing_port}")
    yield dependencies
    await dependencies.sightings.settle(0)
    await log.close()


@asynccontextmanager
async def board_locked(database: Database) -> AsyncIterator[None]:
    owner = await asyncpg.connect(database.owner_dsn)
    try:
        async with owner.transaction():
            await owner.execute("lock table read.incident_board")
            yield
    finally:
        await owner.close()


async def test_a_flood_of_reads_that_hang_holds_no_alert_and_no_acknowledgement_up(
    alone: Api, database: Database
) -> None:
    service = {"name": "Checkout", "escalation_policy_id": None}
    await alone.http.put("/v1/services/checkout", json=service)
    body = {"name": "Alertmanager", "service_id": "checkout"}
    integration = (await alone.http.post("/v1/integrations", json=body)).json()
    declared = await alone.declare()
    async with board_locked(database):
        reads = [asyncio.create_task(alone.http.get("/v1/incidents")) for _ in range(READS)]
        await asyncio.sleep(0.3)
        async with asyncio.timeout(2):
            acknowledged, alert, declared_too = await asyncio.gather(
                alone.give(declared["incident_id"], "acknowledgement"),
                alone.http.post(
                    f"/v1/integrations/{integration['key']}/alertmanager", json=WEBHOOK
                ),
                alone.http.post("/v1/incidents", json={"title": "During the flood"}),
            )
        answers = await asyncio.gather(*reads)
    assert acknowledged.status_code == 202  # Temporal is down: kept
    assert (alert.status_code, alert.json()["outcome"]) == (200, "opened")
    assert declared_too.status_code == 201
    codes = Counter(answer.json()["code"] for answer in answers)
    assert {answer.status_code for answer in answers} == {503}
    assert all(answer.headers["retry-after"] == "1" for answer in answers)
    assert codes["overloaded"] > READS / 2
