"""Time travel (`as_of`): read models as they were at a position, folded anew in memory.

Every query of a projection works on a `Past` as it works on a connection. The rows are folded here,
by the projection's own `project`, and PostgreSQL answers the query's own SQL over them: no view, no
filter and no order exists a second time.
"""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Hashable,
    Iterable,
    Sequence,
)
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, Literal, NoReturn, cast

from events.errors import HistoryTooLong, PastNotKept
from events.log.recorded import COLUMNS, RecordedEvent
from projections.engine.log_batches import decoded
from projections.engine.projection import Projection
from projections.engine.rows import AsOfReader, Batch, Connection, Row, Table, as_json
from projections.registry import ALL_PROJECTIONS

PART: Final = 100  # events folded at a time: others of the process have their turn in between
MOST_EVENTS: Final = 50_000  # of one answer: about two seconds of folding

# Streams are many for a board, so they travel as one array.
READ: Final = f"""
select {COLUMNS} from es.event
where stream = any ($1) and position > $2 and position <= $3
order by position limit $4
"""  # noqa: S608  constants
OF_INCIDENT: Final = """
select stream from read.timeline where incident_id = $1 and position <= $2 group by stream
"""
# A row whose newest event is not newer than the position is the row of that time.
CHANGED_SINCE: Final = """
select distinct s.stream from read.{name} t cross join lateral ({streams}) s (stream)
where t.position > $1
"""
FOLDED: Final = "jsonb_populate_recordset(null::read.{name}, ${rows}::text::jsonb)"
MIXED: Final = """(
    select * from read.{name} where position <= ${position}
    union all
    select * from {folded} f where not exists (
        select from read.{name} r where r.{key} = f.{key} and r.position <= ${position}
    )
)"""

type Opened = Callable[[Sequence[RecordedEvent]], Awaitable[list[RecordedEvent]]]


class Folding:
    """Tables in memory, for `project` to fold into."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[Hashable, Row]] = {}

    async def load[R: Row](self, table: Table[R], keys: Collection[Hashable]) -> dict[Hashable, R]:
        """Return the rows with these keys, by key."""
        rows = self._rows(table)
        return {key: rows[key] for key in keys if key in rows}

    async def store[R: Row](self, table: Table[R], rows: Iterable[R]) -> None:
        """Keep the rows."""
        self._rows(table).update((getattr(row, table.key), row) for row in rows)

    def all_of[R: Row](self, table: Table[R]) -> list[R]:
        """Return every row of a table."""
        return list(self._rows(table).values())

    def _rows[R: Row](self, table: Table[R]) -> dict[Hashable, R]:
        return cast("dict[Hashable, R]", self._tables.setdefault(table.name, {}))


class Past(AsOfReader):
    """What queries see instead of a connection; the connection itself is in one snapshot.

    With `streams`, the past of what these streams tell. Without, the past of whole tables.
    """

    def __init__(
        self,
        connection: Connection,
        position: int,
        opened: Opened,
        streams: Collection[str] | None = None,
    ) -> None:
        self.position = position
        self._connection = connection
        self._opened = opened
        self._streams = streams
        self._folded: dict[str, Folding] = {}  # by projection, or by table of a whole past

    async def select[R: Row](
        self, table: Table[R], clauses: str, arguments: Sequence[object]
    ) -> list[R]:
        """Return the rows of that time that the clauses choose.

        Raises: HistoryTooLong, PastNotKept.
        """
        source, more = await self._source(table, len(arguments))
        return await table.select_from(source, self._connection, clauses, *arguments, *more)

    async def ask(
        self, sql: str, tables: Sequence[Table[Any]], arguments: Sequence[object]
    ) -> list[Any]:
        """Return the records of a query over the tables of that time that it names in braces.

        Raises: HistoryTooLong, PastNotKept.
        """
        sources: dict[str, str] = {}
        given = [*arguments]
        for table in tables:
            sources[table.name], more = await self._source(table, len(given))
            given += more
        return await self._connection.fetch(sql.format(**sources), *given)

    async def _source[R: Row](self, table: Table[R], number: int) -> tuple[str, list[object]]:
        """Return a table of that time as SQL, and its arguments after so many others."""
        folding = await self._fold_for(table)
        source = FOLDED.format(name=table.name, rows=number + 1)
        given: list[object] = [as_json(folding.all_of(table))]
        if self._streams is not None:
            return source, given
        source = MIXED.format(name=table.name, key=table.key, folded=source, position=number + 2)
        return source, [*given, self.position]

    async def load[R: Row](self, table: Table[R], keys: Collection[Hashable]) -> dict[Hashable, R]:
        """Return the rows of that time with these keys, by key.

        Raises: HistoryTooLong, PastNotKept.
        """
        rows = await self.select(table, f"where {table.key} = any($1)", [list(keys)])
        return {getattr(row, table.key): row for row in rows}

    def transaction(
        self, *, isolation: Literal["repeatable_read"], readonly: bool
    ) -> AbstractAsyncContextManager[Any]:
        """Open a transaction, as a connection does."""
        return self._connection.transaction(isolation=isolation, readonly=readonly)

    async def fetch(self, *_: object) -> NoReturn:
        """Refuse a query that does not go through a `Table`, as the methods below do.

        Raises: PastNotKept.
        """
        raise PastNotKept("Leave as_of out: this is only known as it is now.")

    fetchrow = fetchval = execute = fetch

    async def _fold_for[R: Row](self, table: Table[R]) -> Folding:
        projection = next(candidate for candidate in ALL_PROJECTIONS if table in candidate.TABLES)
        if self._streams is not None:
            return await self._fold(projection.NAME, projection, self._streams)
        if table.streams is None:
            raise PastNotKept("Leave as_of out: this list is only known as it is now.")
        if table.name in self._folded:
            return self._folded[table.name]
        sql = CHANGED_SINCE.format(name=table.name, streams=table.streams)
        changed = await self._connection.fetch(sql, self.position)
        return await self._fold(table.name, projection, [record[0] for record in changed])

    async def _fold(self, name: str, projection: Projection, streams: Collection[str]) -> Folding:
        if name not in self._folded:
            folding = self._folded[name] = Folding()
            events = events_until(self._connection, streams, self.position, self._opened)
            async for batch in events:
                await projection.project(batch, folding)
        return self._folded[name]


async def events_until(
    connection: Connection, streams: Collection[str], position: int, opened: Opened
) -> AsyncIterator[Batch]:
    """Yield the streams' events up to a position in the log's order, part by part.

    Raises: HistoryTooLong.
    """
    after = count = 0
    wanted = list(streams)
    while wanted and after < position:
        records = await connection.fetch(READ, wanted, after, position, PART)
        if not records:
            return
        count += len(records)
        if count > MOST_EVENTS:
            raise HistoryTooLong(
                f"More than {MOST_EVENTS} events have to be read; ask for less at a time.",
                limit=MOST_EVENTS,
            )
        stored = await opened([RecordedEvent(*record) for record in records])
        batch = [decoded(event) for event in stored]
        after = batch[-1].position
        yield batch
        await asyncio.sleep(0)


async def streams_of_incident(
    connection: Connection, stream: str, incident_id: object, position: int
) -> list[str]:
    """Return the incident's own stream, and those of its pages and alerts until a position."""
    records = await connection.fetch(OF_INCIDENT, incident_id, position)
    return sorted({stream, *(record[0] for record in records)})
