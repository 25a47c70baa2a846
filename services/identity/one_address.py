"""One address, one account: whoever gives an account an address does it alone, and looks first."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from events.errors import LogOverloaded
from events.ids import AccountId
from events.log.database import Database
from events.log.store import Log
from events.stream_locks import turn
from projections.configuration import accounts
from projections.configuration.accounts import with_email
from projections.engine.catching_up import wait_for
from services.identity import one_at_a_time
from services.request_refusals import EmailTaken, ProjectionBehind

NAME: Final = "newcomers"
WAIT: Final = 4.0  # seconds for everything that is waited for
BUSY: Final = "who signs in with which address is being changed by others all the time"


@asynccontextmanager
async def address_for(
    log: Log, database: Database, account_id: AccountId, email: str | None
) -> AsyncIterator[None]:
    """Let an address be given to an account, if no other account has it; none is nobody's.

    Raises: EmailTaken, ProjectionBehind, LogUnavailable, LogOverloaded.
    """
    if email is None:
        yield
        return
    async with alone(log, database):
        await require_free(database, account_id, email)
        yield


@asynccontextmanager
async def alone(
    log: Log, database: Database, names: Collection[str] = (accounts.NAME,)
) -> AsyncIterator[None]:
    """Let nobody else, in any process, give an address until this is done.

    What was given before is found in the read models. There is one lock for all addresses, so that
    PostgreSQL hears none; of a process's waiting requests only the first asks it.
    Raises: ProjectionBehind, LogUnavailable, LogOverloaded.
    """
    clock = asyncio.get_running_loop().time
    latest = clock() + WAIT
    async with AsyncExitStack() as held:
        try:
            async with asyncio.timeout_at(latest):
                await held.enter_async_context(turn(NAME))
        except TimeoutError as late:
            raise LogOverloaded(BUSY) from late
        await held.enter_async_context(one_at_a_time.alone(database, NAME, latest, BUSY))
        await caught_up(log, database, names, latest - clock())
        yield


async def require_free(database: Database, account_id: AccountId, email: str) -> None:
    """Let an address pass that no other account has, for who is alone.

    Raises: EmailTaken, LogUnavailable.
    """
    async with database.connection() as connection:
        rows = await with_email(connection, email)
    if any(row.account_id != account_id for row in rows):
        raise EmailTaken("Another account signs in with this address: use another one.")


async def caught_up(log: Log, database: Database, names: Collection[str], seconds: float) -> None:
    """Return when the read models know what was there a moment ago.

    Raises: ProjectionBehind, LogUnavailable.
    """
    if not await wait_for(database, names, await log.head(), seconds):
        raise ProjectionBehind("Who has an account cannot be read yet: try again in a moment.")
