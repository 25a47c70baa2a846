"""How far the read models are behind the log, and waiting until they have caught up (R7)."""

import asyncio
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from projections.registry import VERSIONS
from projections.rows import Connection

FIRST_PAUSE = 0.003  # seconds; the usual projection takes about that long
LONGEST_PAUSE = 0.05  # seconds

REACHED = """
select coalesce(min(coalesce(p.position, 0)), 0)
from unnest($1::text[], $2::integer[]) wanted (name, revision)
left join es.projection p using (name, revision)
"""
LAG = """
with head as (
    select coalesce((select position from es.event order by position desc limit 1), 0) as position
)
select wanted.name, coalesce(p.position, 0) as position,
    head.position - coalesce(p.position, 0) as events,
    coalesce(extract(epoch from clock_timestamp() - (
        select recorded_at from es.event where position = coalesce(p.position, 0) + 1
    )), 0)::float8 as seconds,
    coalesce(p.state, 'missing') as state
from unnest($1::text[], $2::integer[]) wanted (name, revision)
left join es.projection p using (name, revision)
cross join head
order by wanted.name
"""


class Lender(Protocol):
    """What lends connections: a pool, or the log's `Database`."""

    def connection(self) -> AbstractAsyncContextManager[Any]:
        """Lend a connection."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far one projection is behind."""

    name: str
    position: int
    events: int
    seconds: float  # since the oldest event it has not seen was recorded
    state: str  # live, halted (it fails on an event), refused (the log is another one), missing


async def wait_for(database: Lender, names: Collection[str], position: int, seconds: float) -> bool:
    """Say whether the projections have reached the position, after waiting at most `seconds`."""
    pause = FIRST_PAUSE
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        async with database.connection() as connection:
            if await reached(connection, names) >= position:
                return True
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            return False
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)


async def reached(connection: Connection, names: Collection[str]) -> int:
    """Return the position that all of these projections have reached."""
    wanted = list(names)
    position: int = await connection.fetchval(REACHED, wanted, [VERSIONS[name] for name in wanted])
    return position


async def lag(connection: Connection) -> tuple[Lag, ...]:
    """Return how far each projection is behind the log."""
    records = await connection.fetch(LAG, list(VERSIONS), list(VERSIONS.values()))
    return tuple(Lag(**record) for record in records)
