"""One at a time: what only one of all processes may do at once; whoever waits holds nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from events.errors import LogOverloaded
from events.log.database import Database

# Whoever has it does the rest by other connections, so that its own one is idle meanwhile.
TRY: Final = """
select pg_try_advisory_xact_lock(hashtextextended('tocsin ' || $1, 0)),
    set_config('idle_in_transaction_session_timeout', '10s', true)
"""
PAUSE: Final = 0.02  # seconds between two attempts


@asynccontextmanager
async def alone(database: Database, name: str, latest: float, busy: str) -> AsyncIterator[None]:
    """Let nobody else, in any process, do what has this name until this is done.

    `latest` is when to give up, by the clock of the event loop.
    Raises: LogUnavailable, LogOverloaded.
    """
    while True:
        async with database.connection() as connection, connection.transaction():
            if await connection.fetchval(TRY, name):
                yield
                return
        if asyncio.get_running_loop().time() >= latest:
            raise LogOverloaded(busy)
        await asyncio.sleep(PAUSE)
