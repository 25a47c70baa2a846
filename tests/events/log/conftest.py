"""The two stores, one of them in its two ways to commit."""

from collections.abc import AsyncIterator

import pytest

from events.log.memory import MemoryLog
from events.log.postgres import PostgresLog
from events.log.store import Log
from tests.servers import Database


@pytest.fixture
def memory_log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
async def two_phase_log(database: Database) -> AsyncIterator[PostgresLog]:
    opened = await PostgresLog.open(database.app_dsn, durable_commit="two_phase")
    yield opened
    await opened.close()


@pytest.fixture(
    params=[
        pytest.param("memory_log", id="memory"),
        pytest.param("log", id="sync", marks=pytest.mark.stack),
        pytest.param("two_phase_log", id="two_phase", marks=pytest.mark.stack),
    ]
)
def any_log(request: pytest.FixtureRequest) -> Log:
    """Each store in turn: what holds for one holds for all."""
    store: Log = request.getfixturevalue(request.param)
    return store
