"""Group commit alone: a plain INSERT for each group, without any of what the log promises."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final, Self

import asyncpg

from benchmarks.log.samples import META, append
from benchmarks.measuring.loops import Call
from benchmarks.peers.bare_insert import TABLE
from events.log.group_commit import GroupCommit, Ready
from events.log.proof.chain import event_id
from events.log.recorded import AppendResult, Verdict

INSERT: Final = """
insert into grouped_event (stream, version, event_id, type, payload, meta)
select * from unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::bytea[], $6::bytea[])
returning position
"""
AT: Final = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


class BareGroup:
    """The queue that our log has, before a table that has only a primary key.

    No order but the table's own, no versions, no commands, no hashes: what is between this and the
    log is what the log's promises cost.
    """

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._group = GroupCommit(self._flush)

    @classmethod
    @asynccontextmanager
    async def open(cls, dsn: str) -> AsyncIterator[Self]:
        """Connect and make the table."""
        connection = await asyncpg.connect(dsn)
        await connection.execute(TABLE.format(table="grouped_event", keys=""))
        group = cls(connection)
        try:
            yield group
        finally:
            await group._group.close()
            await connection.close()

    def writers(self, number: int) -> list[Call]:
        """Return that many writers."""

        async def write() -> object:
            request = append()
            return await self._group.submit(Ready(request=request, meta=META, size=len(META)))

        return [write] * number

    async def _flush(self, batch: Sequence[Ready]) -> list[AppendResult]:
        requests = [ready.request for ready in batch]
        events = [request.events[0] for request in requests]
        rows = await self._connection.fetch(
            INSERT,
            [request.stream for request in requests],
            [1] * len(requests),
            [event_id(request.command_id, 0) for request in requests],
            [event.type for event in events],
            [event.payload for event in events],
            [ready.meta for ready in batch],
        )
        return [
            AppendResult(
                verdict=Verdict.APPENDED,
                stream=request.stream,
                version=1,
                first_position=position,
                last_position=position,
                hash=None,
                recorded_at=AT,
            )
            for request, (position,) in zip(requests, rows, strict=True)
        ]
