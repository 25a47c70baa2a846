"""Read models are found in their packages, and their tables are what their row classes say."""

import inspect

import asyncpg
import pytest

from projections.engine.projection import Projection
from projections.registry import ALL_PROJECTIONS, BY_NAME
from tests.projections.tables import FILE, tables
from tests.servers import Database


def test_the_tables_are_those_that_were_reviewed() -> None:
    """If this fails for a changed row: python -m tests.projections.tables, and review the diff."""
    assert tables() == FILE.read_text("utf-8")


def test_every_read_model_is_found_once_and_in_the_order_of_its_name() -> None:
    names = [one.NAME for one in ALL_PROJECTIONS]
    assert names == sorted(BY_NAME)
    assert {"incident_board", "timeline", "configuration", "privacy"} <= set(names)
    owned = [table.name for one in ALL_PROJECTIONS for table in one.TABLES]
    assert len(owned) == len(set(owned))


@pytest.mark.parametrize("found", ALL_PROJECTIONS, ids=list(BY_NAME))
def test_a_read_model_is_a_module_with_all_that_the_engine_asks_of_it(found: Projection) -> None:
    assert isinstance(found.NAME, str)
    assert isinstance(found.VERSION, int)
    assert isinstance(found.COMPLETE, bool)
    assert found.TABLES
    assert list(inspect.signature(found.key_of).parameters) == ["recorded"]
    assert list(inspect.signature(found.project).parameters) == ["batch", "tx"]
    assert inspect.iscoroutinefunction(found.project)
    for table in found.TABLES:
        assert {table.key, "position"} <= set(table.columns)


@pytest.mark.stack
async def test_rows_are_read_in_utc_wherever_the_database_stands(database: Database) -> None:
    owner = await asyncpg.connect(database.owner_dsn)
    name = await owner.fetchval("select current_database()")
    await owner.execute(f"alter database {name} set timezone = 'Asia/Tokyo'")
    await owner.close()
    for dsn in (database.app_dsn, database.projector_dsn):
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("show timezone") == "UTC"
        await connection.close()
