"""One read table: its rows as a frozen dataclass, read by key, written by one upsert a batch."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Protocol, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import AfterValidator, TypeAdapter, ValidationError

from events.errors import LogFault
from events.log.recorded import Recorded

type Connection = asyncpg.Connection | PoolConnectionProxy
type Batch = Sequence[Recorded[object]]
type Moment = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))]

JSON: TypeAdapter[Any] = TypeAdapter(Any)
NUL = "\x00"  # fine in an event, impossible in PostgreSQL's text
REPLACEMENT = "\ufffd"
DRAFTS: set[type] = set()  # the classes of rows that a fold is still changing
# The streams of a row `t` that is made from one stream: that of the newest event in it.
OWN_STREAM = "select stream from es.event where position = t.position"


class RowsOutdated(LogFault):
    """The rows lack what this version of the program shows; the new ones are being built."""


class Row(Protocol):
    """What every row has: the newest position that went into it."""

    @property
    def position(self) -> int: ...  # noqa: D102


class Table[R: Row]:
    """A table of schema `read` whose columns are the fields of the dataclass `R`."""

    def __init__(self, name: str, key: str, row: type[R], streams: str | None = None) -> None:
        self.name = name
        self.key = key
        self.row = row
        self.streams = streams  # SQL for the streams a row `t` is made from, up to position $1
        self.columns = tuple(field.name for field in fields(cast("Any", row)))
        self._adapter: TypeAdapter[list[R]] = TypeAdapter(list[row])  # type: ignore[valid-type]

    async def select(
        self, connection: Connection, clauses: str, *arguments: object, name: str | None = None
    ) -> list[R]:
        """Return the rows that the clauses (where, order by, limit) choose; the table is `t`."""
        if isinstance(connection, RowSource):
            return await connection.select(self, clauses, arguments)
        source = f"read.{name or self.name}"
        return await self.select_from(source, connection, clauses, *arguments)

    async def select_from(
        self, source: str, connection: Connection, clauses: str, *arguments: object
    ) -> list[R]:
        """Return the same of rows that come from elsewhere; `source` is SQL."""
        sql = f"select to_jsonb(t)::text from {source} t {clauses}"  # noqa: S608  constants
        records = await connection.fetch(sql, *arguments)
        try:
            return self._adapter.validate_json(f"[{','.join(record[0] for record in records)}]")
        except ValidationError as wrong:
            if any(one["type"] != "missing" for one in wrong.errors(include_input=False)):
                raise
            raise RowsOutdated(
                f"the columns of {self.name} are those of another version"
            ) from wrong

    async def load(
        self, connection: Connection, keys: Collection[Hashable], name: str | None = None
    ) -> dict[Hashable, R]:
        """Return the rows with these keys, by key."""
        if isinstance(connection, RowSource):
            return await connection.load(self, keys)
        rows = await self.select(connection, f"where {self.key} = any($1)", list(keys), name=name)
        return {getattr(row, self.key): row for row in rows}

    async def store(
        self, connection: Connection, rows: Iterable[R], name: str | None = None
    ) -> None:
        """Write the rows; one that is as new as the stored one, or older, changes nothing."""
        statement = upsert(name or self.name, self.key, self.columns)
        await connection.execute(statement, self.as_json(rows))

    def as_json(self, rows: Iterable[R]) -> str:
        """Return the rows as PostgreSQL takes them: one JSON array."""
        text = self._adapter.dump_json(list(rows)).decode()
        if "\\u0000" in text:
            text = JSON.dump_json(without_nul(JSON.validate_json(text))).decode()
        return text


class RowSource(ABC):
    """What stands in for a connection where rows are not read as they are now."""

    @abstractmethod
    async def select[R: Row](
        self, table: Table[R], clauses: str, arguments: Sequence[object]
    ) -> list[R]:
        """Return the rows that the clauses choose."""

    @abstractmethod
    async def load[R: Row](self, table: Table[R], keys: Collection[Hashable]) -> dict[Hashable, R]:
        """Return the rows with these keys, by key."""


async def held(connection: Connection, *tables: Table[Any]) -> None:
    """Keep the tables where they are, before the transaction's snapshot is taken.

    Or a rebuilt table could be swapped in that is newer than the snapshot. The past is in one.
    """
    if not isinstance(connection, RowSource):
        names = ", ".join(f"read.{table.name}" for table in tables)
        await connection.execute(f"lock table {names} in access share mode")


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


def replaced[D](row: D, **changes: Any) -> D:
    """Return the row with other values in some fields: `dataclasses.replace`, six times as fast.

    A rebuild does little else. The class has slots, and nothing after its `__init__`. A draft is
    changed itself.
    """
    kind: Any = type(row)
    if kind in DRAFTS:
        for name, value in changes.items():
            object.__setattr__(row, name, value)
        return row
    return copied(row, kind, changes)


@cache
def slots_of(row: type) -> tuple[tuple[str, Callable[[Any], Any], Callable[[Any, Any], None]], ...]:
    """Return each field's name, and what reads and writes it."""
    slots = ((field.name, getattr(row, field.name)) for field in fields(row))
    return tuple((name, slot.__get__, slot.__set__) for name, slot in slots)


def copied[D](row: D, kind: Any, changes: Mapping[str, Any]) -> D:
    """Return a copy of the row, of the class, with other values in some fields."""
    made: D = object.__new__(kind)
    for name, read, write in slots_of(kind):
        write(made, changes[name] if name in changes else read(row))
    return made


@cache
def draft_of(row: type) -> Any:
    """Return the class of the row's drafts, which `replaced` changes in place."""
    draft = type(row.__name__, (row,), {"__slots__": ()})
    DRAFTS.add(draft)
    return draft


async def fold[R: Row](
    table: Table[R],
    tx: Rows,
    batch: Batch,
    keys: Callable[[object], Collection[Hashable]],
    evolve: Callable[[R | None, Recorded[object], Hashable], R | None],
    *,
    in_drafts: bool = False,
) -> None:
    """Fold a batch in memory, each row by itself, and write what changed with one statement.

    `keys` names the rows an event touches. An event that is in a row already is passed over. With
    `in_drafts` a row is copied once a batch and not at every change: `evolve` must not look at a
    row that it has replaced.
    """
    told: dict[Hashable, list[Recorded[object]]] = {}
    for recorded in batch:
        for key in keys(recorded.event):
            told.setdefault(key, []).append(recorded)
    if not told:
        return
    rows = await tx.load(table, told.keys())
    changed: list[R] = []
    for key, events in told.items():
        before = rows.get(key)
        after = before
        for recorded in events:
            if after is not None and recorded.position <= after.position:
                continue
            if in_drafts and after is not None and type(after) is table.row:
                after = copied(after, draft_of(table.row), {})
            evolved = evolve(after, recorded, key)
            if evolved is None:
                continue
            if evolved.position != recorded.position:
                evolved = replaced(evolved, position=recorded.position)
            after = evolved
        if after is not None and after is not before:
            changed.append(copied(after, table.row, {}) if type(after) in DRAFTS else after)
    if changed:
        await tx.store(table, changed)
