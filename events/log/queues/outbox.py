"""Outbox: work the log asked for, given to the relay in order, under a lease, until done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from events.log.database import Database

LEASE = timedelta(seconds=30)  # longer than one delivery may take

CLAIM = """
select id, kind, key, body, created_at, attempts as attempt
from es.outbox_claim($1, $2, $3::text[])
"""
OVERDUE = """
select id, kind, key, body, created_at, attempts as attempt
from es.outbox
where state = 'waiting' and kind = $1 and created_at < clock_timestamp() - $2::interval
order by id
"""
DONE = "select es.outbox_done($1)"
FAILED = "select es.outbox_failed($1, $2, $3)"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxWork:
    """One entry, ours until the lease ends."""

    id: int
    kind: str
    key: str
    body: bytes = field(repr=False)
    created_at: datetime
    attempt: int  # 1 the first time


class Outbox(Protocol):
    """What the relay takes its work from, at least once: `kind` and `key` tell a repeat."""

    async def claim(
        self, at_most: int = 50, kinds: Sequence[str] | None = None, lease: timedelta = LEASE
    ) -> list[OutboxWork]:
        """Take due entries, oldest first, that nobody else holds; of these kinds or of all.

        Raises: LogUnavailable.
        """
        ...

    async def done(self, work: OutboxWork) -> None:
        """Say that the entry was delivered.

        Raises: LogUnavailable.
        """
        ...

    async def failed(self, work: OutboxWork, error: str) -> None:
        """Give the entry back, to be due again after 1, 2, 4 … at most 30 seconds.

        Raises: LogUnavailable.
        """
        ...

    async def overdue(self, kind: str, patience: timedelta) -> list[OutboxWork]:
        """Return, without taking them, entries of a kind that have waited longer than `patience`.

        Raises: LogUnavailable.
        """
        ...


class PostgresOutbox:
    """The outbox beside the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self, at_most: int = 50, kinds: Sequence[str] | None = None, lease: timedelta = LEASE
    ) -> list[OutboxWork]:
        """Take due entries, oldest first, that nobody else holds."""
        rows = await self._database.fetch(
            CLAIM, at_most, lease, None if kinds is None else list(kinds)
        )
        return [OutboxWork(**row) for row in rows]

    async def done(self, work: OutboxWork) -> None:
        """Say that the entry was delivered."""
        await self._database.fetchval(DONE, work.id)

    async def failed(self, work: OutboxWork, error: str) -> None:
        """Give the entry back, to be due again later."""
        await self._database.fetchval(FAILED, work.id, work.attempt, error.replace("\x00", ""))

    async def overdue(self, kind: str, patience: timedelta) -> list[OutboxWork]:
        """Return, without taking them, entries that have waited longer than `patience`."""
        return [OutboxWork(**row) for row in await self._database.fetch(OVERDUE, kind, patience)]
