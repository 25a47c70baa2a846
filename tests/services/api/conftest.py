"""An API over a log in memory, and a caller for each scope."""

import socket
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from events.log.database import Database
from events.log.memory import MemoryLog
from events.log.queues.inbox import PostgresInbox
from services.api.app import routed_app
from services.api.dependencies import Dependencies
from services.commanding.refused import RefusedCommands
from services.identity.settings import sessions_of
from services.settings import Settings
from services.temporal.gateway import TemporalGateway
from tests.services.api.kept_arrivals import KeptArrivals
from tests.services.api.kept_letters import KeptLetters
from tests.services.api.kept_refusals import KeptRefusals


@pytest.fixture
def refusing_port() -> Iterator[int]:
    """A port of this machine that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def refusals() -> KeptRefusals:
    """Where refused commands go."""
    return KeptRefusals()


@pytest.fixture
async def dependencies(refusing_port: int, refusals: KeptRefusals) -> AsyncIterator[Dependencies]:
    """A log in memory; PostgreSQL and Temporal are down."""
    database = Database(
        asyncpg.create_pool(f"postgresql://tocsin@127.0.0.1:{refusing_port}/tocsin", min_size=0)
    )
    log, settings = MemoryLog(), Settings()
    dependencies = Dependencies(
        log=log,
        database=database,
        inbox=PostgresInbox(database),
        refused=RefusedCommands(refusals),
        arrivals=KeptArrivals(),
        dead_letters=KeptLetters(),
        temporal=TemporalGateway(f"127.0.0.1:{refusing_port}", "default"),
        settings=settings,
        sessions=sessions_of(log, database, settings),
    )
    yield dependencies
    await dependencies.sightings.settle(0)


@pytest.fixture(scope="session")
def routed() -> FastAPI:
    """The application without anything behind it."""
    return routed_app()


@pytest.fixture
def app(routed: FastAPI, dependencies: Dependencies) -> FastAPI:
    routed.state.dependencies = dependencies
    return routed


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://tocsin") as client:
        yield client
