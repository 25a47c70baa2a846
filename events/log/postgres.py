"""Log in PostgreSQL: appends, reads and the answers of earlier commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

from events.errors import LogRefused, NotStorable
from events.log.append_statements import (
    APPEND,
    EACH,
    DurableCommit,
    arguments,
    each,
    each_is_one,
)
from events.log.codec import encode_metadata
from events.log.database import (
    CONNECT_SECONDS,
    OPERATION_SECONDS,
    Database,
    named_faults,
)
from events.log.group_commit import GroupCommit, Ready
from events.log.limits import append_size
from events.log.lookup.watched import CHANGED, Changed, Watched
from events.log.lookup.watched import READ as WATCHED
from events.log.privacy.keyring import Keyring
from events.log.privacy.personal_data import PersonalData
from events.log.recorded import (
    COLUMNS,
    Append,
    AppendResult,
    Bookmark,
    CommandRecord,
    RecordedEvent,
    Verdict,
)

READ_STREAM = f"""
select {COLUMNS} from es.event where stream = $1 and version > $2 order by version
"""  # noqa: S608  constants
READ_ABOUT = f"""
select {COLUMNS} from es.event
where stream = $1 and (
    position($2::bytea in payload) > 0
    or version = (select max(version) from es.event where stream = $1)
)
order by version
"""  # noqa: S608  constants
READ_SINCE = f"""
select found.* from unnest($1::text[]) asked (stream) cross join lateral (
    select {COLUMNS} from es.event e
    where e.stream = asked.stream and e.version >= coalesce(
        (
            select version from es.event newest
            where newest.stream = asked.stream and newest.type = any ($2)
            order by version desc limit 1
        ), 0
    )
) found
order by found.stream, found.version
"""  # noqa: S608  constants
# A stream that is at its bookmark still costs no row.
READ_ON = f"""
select asked.stream, found.* from unnest($1::text[], $2::bigint[], $3::bytea[])
    asked (stream, version, hash)
left join lateral (
    select 1 as there from es.event e
    where e.stream = asked.stream and e.version = asked.version and e.hash = asked.hash
) kept on true
left join lateral (
    select {COLUMNS} from es.event e
    where e.stream = asked.stream
        and e.version > case when kept.there is null then 0 else asked.version end
) found on true
where kept.there is null or found.version is not null
order by asked.stream, found.version
"""  # noqa: S608  constants
# Positions are dense, so a page is a range: no limit, no sort.
READ_ALL = f"""
select {COLUMNS} from es.event where position > $1 and position <= $2 order by position
"""  # noqa: S608  constants
HEAD = "select coalesce(max(position), 0) from es.event"
FIND_COMMAND = (
    "select command_id, request_digest, stream, version, first_position, last_position, hash,"
    " recorded_at from es.answered_command where command_id = $1 order by ordinal desc limit 1"
)
NEXT_REFERENCE = "select es.next_reference()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """The connection that appends, and the commonest statement, prepared once."""

    connection: asyncpg.Connection
    each: PreparedStatement


class PostgresLog:
    """Appends over one connection of its own, in groups; reads over a pool."""

    def __init__(
        self,
        dsn: str,
        database: Database,
        durable_commit: DurableCommit,
        keyring: Keyring | None = None,
    ) -> None:
        self.database = database  # also for the outbox and the inbox beside the log
        self._dsn = dsn
        self._durable_commit: DurableCommit = durable_commit
        self._personal = PersonalData(keyring, database.fetch)
        self._writer: Writer | None = None
        self._group = GroupCommit(self._flush)

    @classmethod
    async def open(
        cls,
        dsn: str,
        *,
        durable_commit: DurableCommit = "sync",
        keyring: Keyring | None = None,
    ) -> Self:
        """Connect as the application role; the keyring wraps the keys of people.

        Raises: LogUnavailable.
        """
        return cls(dsn, await Database.open(dsn), durable_commit, keyring)

    async def close(self) -> None:
        """Answer every append that waits, then give the connections back."""
        await self._group.close()
        self._drop_writer()
        await self.database.close()

    async def append(self, request: Append) -> AppendResult:
        """Store the request's events, durably, and say how it went."""
        if self._personal.concerns(request):
            request = await self._personal.sealed(request)
        meta = encode_metadata(request.metadata)
        size = append_size(request, meta)
        return await self._group.submit(Ready(request=request, meta=meta, size=size))

    async def read_stream(self, stream: str, after_version: int = 0) -> list[RecordedEvent]:
        """Return the stream's events above `after_version`."""
        rows = await self.database.fetch(READ_STREAM, stream, after_version)
        return [RecordedEvent(*row) for row in rows]

    async def read_about(self, stream: str, word: str) -> list[RecordedEvent]:
        """Return the stream's events whose payload holds the word, and its newest."""
        rows = await self.database.fetch(READ_ABOUT, stream, word.encode())
        return [RecordedEvent(*row) for row in rows]

    async def read_since(
        self, streams: Sequence[str], types: Sequence[str]
    ) -> dict[str, list[RecordedEvent]]:
        """Return the events of each stream from the newest of these types on."""
        found: dict[str, list[RecordedEvent]] = {stream: [] for stream in streams}
        for row in await self.database.fetch(READ_SINCE, list(found), list(types)):
            event = RecordedEvent(*row)
            found[event.stream].append(event)
        return found

    async def read_on(self, bookmarks: Mapping[str, Bookmark]) -> dict[str, list[RecordedEvent]]:
        """Return the events of each stream behind its bookmark."""
        versions = [mark.version for mark in bookmarks.values()]
        hashes = [mark.hash for mark in bookmarks.values()]
        found: dict[str, list[RecordedEvent]] = {}
        for stream, *row in await self.database.fetch(READ_ON, list(bookmarks), versions, hashes):
            behind = found.setdefault(stream, [])
            if row[0] is not None:
                behind.append(RecordedEvent(*row))
        return found

    async def changed(self, watched: Watched, after_position: int) -> Changed:
        """Return the streams with events of the watched types above `after_position`."""
        [row] = await self.database.fetch(CHANGED[watched], after_position)
        return Changed(head=row["head"], streams=row["streams"])

    async def read_watched(
        self, watched: Watched, after_position: int, limit: int
    ) -> list[RecordedEvent]:
        """Return at most `limit` events of the watched types above `after_position`, in order.

        Raises: LogUnavailable.
        """
        rows = await self.database.fetch(WATCHED[watched], after_position, limit)
        return [RecordedEvent(*row) for row in rows]

    async def read_all(self, after_position: int, limit: int = 5000) -> Sequence[RecordedEvent]:
        """Return at most `limit` events above `after_position`."""
        rows = await self.database.fetch(READ_ALL, after_position, after_position + limit)
        return [RecordedEvent(*row) for row in rows]

    async def opened(self, stored: Sequence[RecordedEvent]) -> list[RecordedEvent]:
        """Return stored events with their personal fields in clear, or "erased"."""
        return await self._personal.opened(stored)

    async def head(self) -> int:
        """Return the newest position."""
        position: int = await self.database.fetchval(HEAD)
        return position

    async def find_command(self, command_id: UUID) -> CommandRecord | None:
        """Return the first answer given to this command, if any."""
        row = await self.database.fetchrow(FIND_COMMAND, command_id)
        return None if row is None else CommandRecord(**row)

    async def next_reference(self) -> int:
        """Return a number nobody was given before."""
        number: int = await self.database.fetchval(NEXT_REFERENCE)
        return number

    async def _flush(self, batch: Sequence[Ready]) -> list[AppendResult]:
        """Send one group in one round trip.

        Raises: LogUnavailable (the connection is dropped: its state is unknown), NotStorable.
        """
        try:
            with named_faults():
                writer = await self._connected_writer()
                if self._durable_commit == "sync" and each_is_one(batch):
                    rows = await writer.each.fetch(each(batch), timeout=OPERATION_SECONDS)
                    if rows:
                        return appended(batch, rows)
                sql = APPEND[self._durable_commit]
                answers: list[asyncpg.Record] = await writer.connection.fetchval(
                    sql, *arguments(batch), timeout=OPERATION_SECONDS
                )
                return answered(batch, answers)
        except (LogRefused, NotStorable):
            raise  # an answer, though a bad one: the connection is as good as before
        except BaseException:
            self._drop_writer()
            raise

    async def _connected_writer(self) -> Writer:
        if self._writer is None or self._writer.connection.is_closed():
            connection = await asyncpg.connect(
                self._dsn,
                timeout=CONNECT_SECONDS,
                server_settings={"application_name": "tocsin append"},
            )
            try:
                each_prepared = await connection.prepare(EACH, timeout=OPERATION_SECONDS)
            except BaseException:
                connection.terminate()
                raise
            self._writer = Writer(connection=connection, each=each_prepared)
        return self._writer

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.connection.terminate()
            self._writer = None


def appended(batch: Sequence[Ready], rows: Sequence[asyncpg.Record]) -> list[AppendResult]:
    """Return what is answered to a group of which every request was stored, one event each."""
    return [
        AppendResult(
            verdict=Verdict.APPENDED,
            stream=ready.request.stream,
            version=version,
            first_position=position,
            last_position=position,
            hash=event_hash,
            recorded_at=recorded_at,
        )
        for ready, (version, position, event_hash, recorded_at) in zip(batch, rows, strict=True)
    ]


def answered(batch: Sequence[Ready], answers: Sequence[asyncpg.Record]) -> list[AppendResult]:
    """Return the answers to a group, each with its own verdict."""
    return [
        AppendResult(
            verdict=Verdict(answer["verdict"]),
            stream=ready.request.stream,
            version=answer["version"],
            first_position=answer["first_position"],
            last_position=answer["last_position"],
            hash=answer["hash"],
            recorded_at=answer["recorded_at"],
        )
        for ready, answer in zip(batch, answers, strict=True)
    ]
