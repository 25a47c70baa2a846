"""A connection as the API has it: it may read, and nothing else."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.servers import Database


@pytest.fixture
async def reader(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.app_dsn)
    yield connection
    await connection.close()
