"""Admins: there is always one, and nobody counts them while somebody else changes them.

Whoever becomes an admin is written down before the event, so that they are found without asking a
read model, which may be behind; what counts is each one's account in the log.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from events.ids import AccountId, ResponderId
from events.log.database import Database
from events.log.store import Log
from services.access.people import is_forgotten
from services.access.rights.standings import standings_of
from services.identity import one_at_a_time

WAIT: Final = 4.0  # seconds
BUSY: Final = "who is an admin is being changed by others all the time"
NOTE: Final = "insert into es.admin_candidate (account_id) values ($1) on conflict do nothing"
CANDIDATES: Final = "select account_id from es.admin_candidate order by account_id"


class Admins:
    """Knows who is an admin now."""

    def __init__(self, log: Log, database: Database) -> None:
        self._log = log
        self._database = database
        self._standings = standings_of(log)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Let nobody else, in any process, change who is an admin until this is done.

        Raises: LogUnavailable, LogOverloaded.
        """
        latest = asyncio.get_running_loop().time() + WAIT
        async with one_at_a_time.alone(self._database, "admins", latest, BUSY):
            yield

    async def note(self, account_id: AccountId) -> None:
        """Write down who is about to become an admin.

        Raises: LogUnavailable.
        """
        await self._database.fetch(NOTE, account_id)

    async def others(self, than: AccountId | None = None) -> list[AccountId]:
        """Return who is an active admin now, but for one of them.

        Raises: LogUnavailable, EventTooNew.
        """
        rows = await self._database.fetch(CANDIDATES)
        known = [AccountId(row["account_id"]) for row in rows]
        return [one for one in known if one != than and await self._is_one(one)]

    async def _is_one(self, account_id: AccountId) -> bool:
        standing = await self._standings.of(account_id)
        return standing.is_admin and not await is_forgotten(self._log, ResponderId(account_id))
