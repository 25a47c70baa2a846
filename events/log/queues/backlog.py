"""Backlog age: how long the oldest work for Temporal has waited in outbox and inbox."""

from dataclasses import dataclass

from events.log.database import Database

BACKLOG = """
select
    coalesce(extract(epoch from clock_timestamp() - (
        select created_at from es.outbox where state = 'waiting' order by id limit 1
    )), 0)::float8 as outbox_seconds,
    coalesce(extract(epoch from clock_timestamp() - (
        select min(accepted_at) from es.inbox where state = 'waiting'
    )), 0)::float8 as inbox_seconds
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The age of the oldest entry, 0 when nothing waits."""

    outbox_seconds: float
    inbox_seconds: float


async def backlog(database: Database) -> Backlog:
    """Return how long work has been waiting.

    Raises: LogUnavailable.
    """
    row = await database.fetchrow(BACKLOG)
    return Backlog(**dict(row)) if row else Backlog(outbox_seconds=0, inbox_seconds=0)
