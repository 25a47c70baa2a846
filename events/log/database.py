"""Database pool: every operation has a deadline, and no driver error gets out."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from events.errors import LogRefused, LogUnavailable, NotStorable

ACQUIRE_SECONDS = 1.0
OPERATION_SECONDS = 3.0
CONNECT_SECONDS = 3.0
LARGEST_POOL = 10

# Class 22 is data, class 23 a constraint: this request is at fault, its neighbours are not.
REFUSED_CLASSES = ("22", "23")

# What a restart, a failover or a little patience ends: lost connection, read-only standby, a
# transaction that took too long (we were frozen), lost race for a lock, no resources (connections,
# disk), object in use, operator, I/O error.
PASSING_CLASSES = ("08", "25006", "25P03", "25P04", "40", "53", "55", "57", "58")


SESSION = {
    "application_name": "tocsin",
    # A page of the log is one range of its index; a bitmap would bring it out of order and sort.
    "enable_bitmapscan": "off",
}


class Unchanged(asyncpg.Connection):
    """A connection whose borrowers leave nothing behind: no LISTEN, no lock, no SET of a session.

    Resetting it all the same would cost every read a second round trip.
    """

    def get_reset_query(self) -> str:
        """Return no statement: an open transaction is rolled back all the same."""
        return ""


class Database:
    """The pool, with the four calls the log's readers need."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        # First come, first served: in the pool's own queue a newcomer may go before who waits.
        self._places = asyncio.Semaphore(pool.get_max_size())

    @classmethod
    async def open(cls, dsn: str, *, smallest: int = 1, largest: int = LARGEST_POOL) -> Self:
        """Connect, so that a wrong address is found at the start; not yet with `smallest=0`.

        Raises: LogUnavailable.
        """
        with named_faults():
            pool = await asyncpg.create_pool(
                dsn,
                connection_class=Unchanged,
                min_size=smallest,
                max_size=largest,
                timeout=CONNECT_SECONDS,
                command_timeout=OPERATION_SECONDS,
                server_settings=SESSION,
            )
        return cls(pool)

    async def close(self) -> None:
        """Give every connection back, at once if the server does not answer."""
        try:
            async with asyncio.timeout(OPERATION_SECONDS):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[PoolConnectionProxy]:
        """Lend a connection.

        Raises: LogUnavailable.
        """
        with named_faults():
            async with asyncio.timeout(ACQUIRE_SECONDS):
                await self._places.acquire()
            try:
                # There is a free place: what may still be waited for is a new connection.
                async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection:
                    yield connection
            finally:
                self._places.release()

    async def fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """Return every row.

        Raises: LogUnavailable.
        """
        async with self.connection() as connection:
            return await connection.fetch(sql, *arguments)

    async def fetchrow(self, sql: str, *arguments: object) -> asyncpg.Record | None:
        """Return the first row, if any.

        Raises: LogUnavailable.
        """
        async with self.connection() as connection:
            return await connection.fetchrow(sql, *arguments)

    async def fetchval(self, sql: str, *arguments: object) -> Any:
        """Return the first value of the first row.

        Raises: LogUnavailable.
        """
        async with self.connection() as connection:
            return await connection.fetchval(sql, *arguments)


@contextmanager
def named_faults() -> Iterator[None]:
    """Let the driver's errors out under the log's own names, without their private details.

    Raises: LogUnavailable, LogRefused, NotStorable.
    """
    try:
        yield
    except asyncpg.PostgresError as error:
        state = error.sqlstate or "unknown"
        if state.startswith(REFUSED_CLASSES):
            raise NotStorable(f"PostgreSQL cannot keep a value (SQLSTATE {state}).") from error
        if state.startswith(PASSING_CLASSES):
            raise LogUnavailable(f"PostgreSQL cannot answer now (SQLSTATE {state})") from error
        raise LogRefused(f"PostgreSQL refused the log (SQLSTATE {state})") from error
    except TimeoutError as error:
        raise LogUnavailable("PostgreSQL did not answer in time") from error
    except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        raise LogUnavailable("the connection to PostgreSQL was lost") from error
