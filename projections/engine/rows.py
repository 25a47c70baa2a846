"""Read model table: its rows as frozen structs, read by key, written by one upsert a batch."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache, cached_property
from typing import Any, Literal, Protocol

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy
from msgspec.structs import replace

from events.errors import LogFault
from events.log.recorded import Recorded
from projections.engine.columns import JSON, columns_of

type Connection = asyncpg.Connection | PoolConnectionProxy
type Batch = Sequence[Recorded[object]]
type Moment = datetime  # in UTC: the roles' sessions are

NUL = "\x00"  # fine in an event, impossible in PostgreSQL's text
REPLACEMENT = "\ufffd"
# Those of what happened to the row's incident, whatever it happened to first: a page, a message.
INCIDENTS_STREAMS = (
    "select stream from read.timeline where incident_id = t.incident_id and position <= $1"
)
NEVER_CHANGED = "select null::text where false"  # of rows that stay as they were first
MISSING = "missing required field"  # as msgspec says it
# The streams of a row `t` that is made from one stream: that of the newest event in it.
OWN_STREAM = "select stream from es.event where position = t.position"


class RowsOutdated(LogFault):
    """The rows lack what this version of the program shows; the new ones are being built."""


class Reader(Protocol):
    """What queries read from: a connection, or a stand-in that shows the rows of another time."""

    async def fetch(self, query: str, /, *args: Any) -> list[Any]: ...  # noqa: D102
    async def fetchrow(self, query: str, /, *args: Any) -> Any: ...  # noqa: D102
    async def fetchval(self, query: str, /, *args: Any) -> Any: ...  # noqa: D102
    async def execute(self, query: str, /, *args: Any) -> str: ...  # noqa: D102

    def transaction(
        self, *, isolation: Literal["repeatable_read"], readonly: bool
    ) -> AbstractAsyncContextManager[Any]:
        """Open a transaction."""
        ...


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row: the newest position that went into it, and what a read model adds."""

    position: int = 0


class Table[R: Row]:
    """A table of schema `read` whose columns are the fields of the struct `R`."""

    def __init__(
        self,
        name: str,
        key: str,
        row: type[R],
        streams: str | None = None,
        indexes: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.key = key
        self.row = row
        self.streams = streams  # SQL for the streams a row `t` is made from, up to position $1
        self.indexes = indexes or {}  # by the end of their name: what follows the table's name
        self.columns = row.__struct_fields__
        self._decoder = msgspec.json.Decoder(list[row])  # type: ignore[valid-type]

    @cached_property
    def in_json(self) -> frozenset[str]:
        """Return the columns that hold JSON."""
        return frozenset(column.name for column in columns_of(self.row) if column.type == JSON)

    @property
    def ddl(self) -> str:
        """Return the SQL that makes the table and its indexes."""
        columns = "".join(f"    {column.ddl},\n" for column in columns_of(self.row))
        made = [f"create table read.{self.name} (\n{columns}    primary key ({self.key})\n);"]
        made += [
            f"create index {self.name}_{name} on read.{self.name} {what};"
            for name, what in self.indexes.items()
        ]
        return "\n".join(made)

    async def select(
        self, reader: Reader, clauses: str, *arguments: object, name: str | None = None
    ) -> list[R]:
        """Return the rows that the clauses (where, order by, limit) choose; the table is `t`."""
        if isinstance(reader, AsOfReader):
            return await reader.select(self, clauses, arguments)
        source = f"read.{name or self.name}"
        return await self.select_from(source, reader, clauses, *arguments)

    async def select_from(
        self, source: str, reader: Reader, clauses: str, *arguments: object
    ) -> list[R]:
        """Return the same of rows that come from elsewhere; `source` is SQL."""
        sql = f"select to_jsonb(t)::text from {source} t {clauses}"  # noqa: S608  constants
        return self._rows_of(await reader.fetch(sql, *arguments))

    async def select_beside(
        self, reader: Reader, clauses: str, others: Sequence["Table[Any]"], *arguments: object
    ) -> list[R]:
        """Return the rows chosen by clauses that name other tables, in braces."""
        sql = f"select to_jsonb(t)::text from {{{self.name}}} t {clauses}"  # noqa: S608  constants
        return self._rows_of(await ask(reader, sql, (self, *others), *arguments))

    def _rows_of(self, records: Sequence[Any]) -> list[R]:
        try:
            return self._decoder.decode(f"[{','.join(record[0] for record in records)}]")
        except msgspec.ValidationError as wrong:
            if MISSING not in str(wrong):
                raise
            raise RowsOutdated(
                f"the columns of {self.name} are those of another version"
            ) from wrong

    async def load(
        self, reader: Reader, keys: Collection[Hashable], name: str | None = None
    ) -> dict[Hashable, R]:
        """Return the rows with these keys, by key."""
        if isinstance(reader, AsOfReader):
            return await reader.load(self, keys)
        rows = await self.select(reader, f"where {self.key} = any($1)", list(keys), name=name)
        return {getattr(row, self.key): row for row in rows}

    async def store(
        self, connection: Connection, rows: Iterable[R], name: str | None = None
    ) -> None:
        """Write the rows; one that is as new as the stored one, or older, changes nothing."""
        statement = upsert(name or self.name, self.key, self.columns)
        await connection.execute(statement, as_json(list(rows)))


class AsOfReader(ABC):
    """As-of reader: stands in for a connection where rows are not read as they are now."""

    @abstractmethod
    async def ask(
        self, sql: str, tables: Sequence[Table[Any]], arguments: Sequence[object]
    ) -> list[Any]:
        """Return the records of a query over the tables that it names in braces."""

    @abstractmethod
    async def select[R: Row](
        self, table: Table[R], clauses: str, arguments: Sequence[object]
    ) -> list[R]:
        """Return the rows that the clauses choose."""

    @abstractmethod
    async def load[R: Row](self, table: Table[R], keys: Collection[Hashable]) -> dict[Hashable, R]:
        """Return the rows with these keys, by key."""


async def ask(
    reader: Reader, sql: str, tables: Sequence[Table[Any]], *arguments: object
) -> list[Any]:
    """Return the records of a query over tables that it names in braces: {incident_facts}."""
    if isinstance(reader, AsOfReader):
        return await reader.ask(sql, tables, arguments)
    named = {table.name: f"read.{table.name}" for table in tables}
    return await reader.fetch(sql.format(**named), *arguments)


async def held(reader: Reader, *tables: Table[Any]) -> None:
    """Keep the tables where they are, before the transaction's snapshot is taken.

    Or a rebuilt table could be swapped in that is newer than the snapshot. The past is in one.
    """
    if not isinstance(reader, AsOfReader):
        names = ", ".join(f"read.{table.name}" for table in tables)
        await reader.execute(f"lock table {names} in access share mode")


class Rows(Protocol):
    """Where a projection finds its rows and puts them: the database, or memory in a rebuild."""

    async def load[R: Row](self, table: Table[R], keys: Collection[Hashable]) -> dict[Hashable, R]:
        """Return the rows with these keys, by key."""
        ...

    async def store[R: Row](self, table: Table[R], rows: Iterable[R]) -> None:
        """Write the rows; one that is as new as the stored one, or older, changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class StoredRows:
    """The rows in the database: of the live tables, or of those of the revision named."""

    connection: Connection
    revision: int | None = None

    def name_of[R: Row](self, table: Table[R]) -> str:
        """Return the table's name in this revision."""
        return table.name if self.revision is None else f"{table.name}_r{self.revision}"

    async def load[R: Row](self, table: Table[R], keys: Collection[Hashable]) -> dict[Hashable, R]:
        """Return the rows with these keys, by key."""
        return await table.load(self.connection, keys, self.name_of(table))

    async def store[R: Row](self, table: Table[R], rows: Iterable[R]) -> None:
        """Write the rows; one that is as new as the stored one, or older, changes nothing."""
        await table.store(self.connection, rows, self.name_of(table))


@cache
def upsert(name: str, key: str, columns: tuple[str, ...]) -> str:
    """Return the statement that writes many rows of a table, given as one JSON array."""
    others = [column for column in columns if column != key]
    assignments = ", ".join(f"{column} = excluded.{column}" for column in others)
    return (
        f"insert into read.{name} as t"  # noqa: S608  constants
        f" select * from jsonb_populate_recordset(null::read.{name}, $1::text::jsonb)"
        f" on conflict ({key}) do update set {assignments}"
        " where excluded.position > t.position"
    )


def as_json(value: object) -> str:
    """Return the value as PostgreSQL takes it: JSON, with every NUL made visible."""
    text = msgspec.json.encode(value).decode()
    if "\\u0000" in text:
        text = msgspec.json.encode(without_nul(msgspec.json.decode(text))).decode()
    return text


def without_nul(value: Any) -> Any:
    """Return the value with every NUL made visible, so that one odd event stops no projection."""
    match value:
        case str():
            return value.replace(NUL, REPLACEMENT) if NUL in value else value
        case dict():
            return {without_nul(name): without_nul(item) for name, item in value.items()}
        case list():
            return [without_nul(item) for item in value]
        case _:
            return value


def same_named(event: Any, row: type[msgspec.Struct]) -> dict[str, Any]:
    """Return what an event says of a row, or of a part of it: the fields both have by one name."""
    return {name: getattr(event, name) for name in shared_names(event.__class__, row)}


@cache
def shared_names(event: type, row: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the names of the fields that an event and a row have both."""
    names = {field.name for field in fields(event)}
    return tuple(name for name in row.__struct_fields__ if name in names)


async def fold[R: Row](
    table: Table[R],
    tx: Rows,
    batch: Batch,
    keys: Callable[[object], Collection[Hashable]],
    evolve: Callable[[R | None, Recorded[object], Hashable], R | None],
) -> None:
    """Fold a batch in memory, each row by itself, and write what changed with one statement.

    `keys` names the rows an event touches. An event that is in a row already is passed over.
    """
    changes: dict[Hashable, list[Recorded[object]]] = {}
    for recorded in batch:
        for key in keys(recorded.event):
            changes.setdefault(key, []).append(recorded)
    if not changes:
        return
    rows = await tx.load(table, changes.keys())
    changed: list[R] = []
    for key, events in changes.items():
        before = rows.get(key)
        after = before
        for recorded in events:
            if after is not None and recorded.position <= after.position:
                continue
            evolved = evolve(after, recorded, key)
            if evolved is None:
                continue
            if evolved.position != recorded.position:
                evolved = replace(evolved, position=recorded.position)
            after = evolved
        if after is not None and after is not before:
            changed.append(after)
    if changed:
        await tx.store(table, changed)
