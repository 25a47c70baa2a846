"""Every page of a simulated installation says that nothing on it is real."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from events.configuration.sandbox import AGGREGATE, OpenSandbox, SandboxId, sandbox_decider
from events.handle import handle
from events.log.memory import MemoryLog
from events.log.postgres import PostgresLog
from events.log.sandbox_mark import is_sandbox
from events.log.store import Log
from services.simulation.clockwork.world import OFFICE, metadata_of
from tests.events.log.requests import append, data
from tests.servers import Database, fresh_database
from tests.services.web.conftest import Browser, Site

WORDS = "This is a sandbox"


async def opened(log: Log) -> None:
    now = datetime(2025, 1, 1, tzinfo=UTC)
    command = OpenSandbox(
        sandbox_id=SandboxId("7"),
        seed=7,
        services=12,
        people=24,
        planted=(),
        starts_at=now,
        ends_at=now,
        actor=OFFICE,
        at=now,
    )
    await handle(
        log,
        sandbox_decider,
        AGGREGATE.stream("7"),
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=metadata_of(command),
    )


@pytest.fixture
async def database(postgres: Database, database_template: Database) -> AsyncIterator[Database]:
    """A database whose first event says that it is a sandbox."""
    async with fresh_database(postgres, database_template) as fresh:
        log = await PostgresLog.open(fresh.app_dsn)
        await opened(log)
        await log.close()
        yield fresh


@pytest.mark.stack
async def test_pages_of_a_sandbox_say_so_and_health_does(site: Site, ada: Browser) -> None:
    for address in ("/", "/incidents"):
        assert WORDS in (await ada.get(address)).text
    degraded = (await site.api.http.get("/health/ready")).json()["degraded"]
    assert "sandbox: everything here is simulated, from seed 7" in degraded


async def test_the_first_event_alone_makes_a_sandbox_and_an_empty_log_may_become_one() -> None:
    real, empty = MemoryLog(), MemoryLog()
    await real.append(append("notes-1", data()))
    await opened(real)
    assert not await is_sandbox(real)
    assert not await is_sandbox(empty)
    await opened(empty)
    assert await is_sandbox(empty)
