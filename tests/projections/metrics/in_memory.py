"""Rows in memory that PostgreSQL answers queries over: the figures' own SQL, and nothing stored."""

from collections.abc import AsyncIterator, Collection, Hashable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import asyncpg
import pytest

from projections.engine.rows import AsOfReader, Row, Table, as_json
from projections.past import Folding


class InMemory(AsOfReader):
    """What a query of some tables sees: the rows of a folding."""

    def __init__(self, connection: asyncpg.Connection, folding: Folding) -> None:
        self._connection = connection
        self._folding = folding

    async def ask(
        self, sql: str, tables: Sequence[Table[Any]], arguments: Sequence[object]
    ) -> list[Any]:
        first = len(arguments) + 1
        sources = {
            table.name: f"jsonb_populate_recordset(null::read.{table.name}, ${number}::text::jsonb)"
            for number, table in enumerate(tables, start=first)
        }
        rows = [as_json(self._folding.all_of(table)) for table in tables]
        return await self._connection.fetch(sql.format(**sources), *arguments, *rows)

    async def select[R: Row](
        self, table: Table[R], clauses: str, arguments: Sequence[object]
    ) -> list[R]:
        source = (
            f"jsonb_populate_recordset(null::read.{table.name}, ${len(arguments) + 1}::text::jsonb)"
        )
        rows = as_json(self._folding.all_of(table))
        return await table.select_from(source, self._connection, clauses, *arguments, rows)

    async def load[R: Row](self, table: Table[R], keys: Collection[Hashable]) -> dict[Hashable, R]:
        return await self._folding.load(table, keys)

    async def fetch(self, *_: object) -> NoReturn:
        pytest.fail("A query of the figures names its tables.")

    fetchrow = fetchval = execute = fetch

    @asynccontextmanager
    async def transaction(self, **_: object) -> AsyncIterator[None]:
        yield
