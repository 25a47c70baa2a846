"""Bulk rows of a rebuild: folded in memory, written to empty tables by COPY in large parts."""

from collections.abc import Collection, Hashable, Iterable, Iterator
from operator import attrgetter
from typing import Any, Final

from projections.engine.rows import NUL, REPLACEMENT, Row, Rows, StoredRows, Table, as_json

ENOUGH: Final = 50_000  # rows in memory, then they are written


class BulkRows:
    """Rows found in memory first, then in the tables of the revision being built."""

    def __init__(self, stored: StoredRows) -> None:
        self._stored = stored
        self._rows: dict[Table[Any], dict[Hashable, Any]] = {}
        self._read: dict[Table[Any], set[Hashable]] = {}  # are in the database too
        self._written: set[Table[Any]] = set()

    @property
    def is_large(self) -> bool:
        """Say whether it is time to write."""
        return sum(map(len, self._rows.values())) >= ENOUGH

    async def load[R: Row](self, table: Table[R], keys: Collection[Hashable]) -> dict[Hashable, R]:
        """Return the rows with these keys, by key."""
        rows = self._rows.setdefault(table, {})
        missing = [key for key in keys if key not in rows]
        if missing and table in self._written:
            found = await self._stored.load(table, missing)
            rows |= found
            self._read.setdefault(table, set()).update(found)
        return {key: rows[key] for key in keys if key in rows}

    async def store[R: Row](self, table: Table[R], rows: Iterable[R]) -> None:
        """Keep the rows; they come from one reading of the log, so the last one is the newest."""
        kept = self._rows.setdefault(table, {})
        for row in rows:
            kept[getattr(row, table.key)] = row

    async def write(self) -> None:
        """Write everything, in the caller's transaction."""
        connection = self._stored.connection
        for table, rows in self._rows.items():
            name = self._stored.name_of(table)
            if read := self._read.pop(table, None):
                await connection.execute(
                    f"delete from read.{name} where {table.key} = any($1)",  # noqa: S608  constants
                    list(read),
                )
            await connection.copy_records_to_table(
                name,
                schema_name="read",
                columns=table.columns,
                records=records(table, rows.values()),
            )
            self._written.add(table)
        self._rows.clear()


class Attempt:
    """Rows on top of others, which stay as they are unless `keep` is called."""

    def __init__(self, under: Rows) -> None:
        self._under = under
        self._rows: dict[Table[Any], dict[Hashable, Any]] = {}

    async def load[R: Row](self, table: Table[R], keys: Collection[Hashable]) -> dict[Hashable, R]:
        """Return the rows with these keys, by key."""
        rows = await self._under.load(table, keys)
        changed = self._rows.get(table, {})
        return rows | {key: changed[key] for key in keys if key in changed}

    async def store[R: Row](self, table: Table[R], rows: Iterable[R]) -> None:
        """Hold the rows; the last one of a key is the newest."""
        changed = self._rows.setdefault(table, {})
        changed.update((getattr(row, table.key), row) for row in rows)

    async def keep(self) -> None:
        """Hand everything down."""
        for table, rows in self._rows.items():
            await self._under.store(table, rows.values())


def records[R: Row](table: Table[R], rows: Iterable[R]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows as COPY takes them, with every NUL made visible."""
    read = attrgetter(*table.columns)
    places = [place for place, column in enumerate(table.columns) if column in table.in_json]
    for row in rows:
        values = read(row)
        if places:
            cells = list(values)
            for place in places:
                cells[place] = None if values[place] is None else as_json(values[place])
            values = tuple(cells)
        for value in values:
            if type(value) is str and NUL in value:
                values = tuple(map(plain, values))
                break
        yield values


def plain(value: Any) -> Any:
    """Return a value that the driver can send."""
    return value.replace(NUL, REPLACEMENT) if isinstance(value, str) else value
