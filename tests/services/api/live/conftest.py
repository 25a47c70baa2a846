"""The API over a real PostgreSQL, with a projector, and with a worker on a real Temporal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from temporalio import activity
from temporalio.client import Client

from activities.payloads import DELIVER, DeliveryInput, DeliveryOutcome, DeliveryState
from activities.recording import Recording
from events.configuration.api_key import ApiScope
from events.ids import IncidentId
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from projections.lag import lag
from services.api.dependencies import Dependencies
from services.commanding.accepted import WaitingAnswers
from services.jobs import run_forever
from services.projector.projection_jobs import projection_job
from services.worker.workers import incident_worker
from tests.eventually import eventually
from tests.harness import OnServers
from tests.servers import Database
from tests.services.api.key_holders import holder_of
from tests.services.patience import patient_commands, patient_reads
from tests.services.real_dependencies import dependencies_on
from tests.temporal_servers import TemporalServer


class Sink:
    """Takes every page."""

    @activity.defn(name=DELIVER)
    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        return DeliveryOutcome(state=DeliveryState.SENT, attempts=1)


@dataclass(kw_only=True)
class Api(OnServers):
    """The API as its callers have it, and what a test needs around it."""

    http: AsyncClient

    async def declare(self, **more: Any) -> dict[str, Any]:
        """Declare an incident."""
        answer = await self.http.post("/v1/incidents", json={"title": "Checkout fails", **more})
        assert answer.status_code == 201, answer.text
        declared: dict[str, Any] = answer.json()
        return declared

    async def started(self, **more: Any) -> dict[str, Any]:
        """Declare an incident and start its workflow."""
        declared = await self.declare(**more)
        await self.start(IncidentId(UUID(declared["incident_id"])))
        return declared

    async def give(self, incident: str, noun: str, body: Any = None, **headers: str) -> Response:
        return await self.http.post(
            f"/v1/incidents/{incident}/{noun}", json=body, headers=headers or None
        )


@pytest.fixture
async def dependencies(log: PostgresLog, refusing_port: int) -> AsyncIterator[Dependencies]:
    """PostgreSQL is there, Temporal is not."""
    dependencies = dependencies_on(log, f"127.0.0.1:{refusing_port}")
    yield dependencies
    await dependencies.sightings.settle(0)


@pytest.fixture
async def connected(log: PostgresLog, temporal: TemporalServer) -> AsyncIterator[Dependencies]:
    """Both are there."""
    dependencies = dependencies_on(log, temporal.address, temporal.namespace)
    yield dependencies
    await dependencies.sightings.settle(0)


@asynccontextmanager
async def called(app: FastAPI, dependencies: Dependencies, temporal: Client) -> AsyncIterator[Api]:
    """Yield the API with an admin's key."""
    app.state.dependencies = dependencies
    assert isinstance(dependencies.log, PostgresLog)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://tocsin") as http:
        api = Api(http=http, log=dependencies.log, temporal=temporal)
        http.headers.update(await holder_of(api.log, ApiScope.ADMIN))
        yield api


@pytest.fixture
async def projected(database: Database) -> AsyncIterator[None]:
    """A projector that has begun: a request waits for what is new, not for its start."""
    task = asyncio.create_task(run_forever(projection_job(database.projector_dsn, lambda: None)))
    reader = await asyncpg.connect(database.app_dsn)

    async def begun() -> bool:
        return all(one.owner for one in await lag(reader))

    await eventually("every projection is written", begun)
    await reader.close()
    with patient_reads():
        yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture
async def alone(
    routed: FastAPI, dependencies: Dependencies, temporal_client: Client
) -> AsyncIterator[Api]:
    """The API while Temporal is down."""
    async with called(routed, dependencies, temporal_client) as api:
        yield api


@pytest.fixture
async def unworked(
    routed: FastAPI, connected: Dependencies, temporal_client: Client
) -> AsyncIterator[Api]:
    """The API while no worker runs."""
    async with called(routed, connected, temporal_client) as api:
        yield api


@pytest.fixture
async def api(unworked: Api) -> AsyncIterator[Api]:
    """The API with everything behind it."""
    answers = WaitingAnswers(PostgresInbox(unworked.log.database))
    recording = Recording(unworked.log, answers)
    async with incident_worker(unworked.temporal, recording, Sink(), cached=100):
        with patient_commands():
            yield unworked
