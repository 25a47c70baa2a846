"""Fixtures every room's tests may use: real servers, started once and only when asked for."""

from collections.abc import AsyncIterator

import pytest

from tests.servers import Database, fresh_database, migrated_template, postgres_server


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[Database]:
    """The PostgreSQL of the session (its maintenance database)."""
    async with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
async def database_template(postgres: Database) -> AsyncIterator[Database]:
    async with migrated_template(postgres) as template:
        yield template


@pytest.fixture
async def database(postgres: Database, database_template: Database) -> AsyncIterator[Database]:
    """A migrated, empty database for one test."""
    async with fresh_database(postgres, database_template) as fresh:
        yield fresh
