"""Read your own writes: wait a bounded time until projections have reached a position."""

import asyncio
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from projections.engine.rows import Reader

FIRST_PAUSE = 0.003  # seconds; the usual projection takes about that long
LONGEST_PAUSE = 0.05  # seconds

REACHED = """
select coalesce(min(coalesce(p.position, 0)), 0)
from unnest($1::text[]) wanted (name)
left join es.projection p on p.name = wanted.name and p.stage = 'live'
"""


class ConnectionPool(Protocol):
    """Connection pool: what lends connections, asyncpg's pool, or the log's `Database`."""

    def connection(self) -> AbstractAsyncContextManager[Any]:
        """Lend a connection."""
        ...


async def wait_for(
    database: ConnectionPool, names: Collection[str], position: int, seconds: float
) -> bool:
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


async def reached(reader: Reader, names: Collection[str]) -> int:
    """Return the position that all of these projections have reached."""
    position: int = await reader.fetchval(REACHED, list(names))
    return position
