"""Reconciler lease: whose turn to look it is, when the last look was, what it left."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from events.log.database import Database

LEASE = timedelta(seconds=20)  # longer than one look may take

CLAIM = "select es.reconciler_claim($1, $2)"
RELEASE = "select es.reconciler_release($1)"
LOOKED = "select es.reconciler_looked($1::jsonb, $2::jsonb)"
LAST = """
select extract(epoch from clock_timestamp() - looked_at)::float8 as seconds, troubles, repaired
from es.reconciler
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """What health and metrics say of the reconciler."""

    seconds: float | None  # since the last look; None: there was none
    troubles: Mapping[str, int]  # what it found and left as it was
    repaired: Mapping[str, int]  # since the beginning, by finding


class Looks:
    """The one row that all reconcilers share."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, holder: str, lease: timedelta = LEASE) -> bool:
        """Say whether it is this process that looks; for as long as the lease.

        Raises: LogUnavailable.
        """
        return bool(await self._database.fetchval(CLAIM, holder, lease))

    async def release(self, holder: str) -> None:
        """Let another process look at once.

        Raises: LogUnavailable.
        """
        await self._database.fetchval(RELEASE, holder)

    async def looked(self, troubles: Mapping[str, int], repaired: Mapping[str, int]) -> None:
        """Keep what a look found and left, and count what it repaired.

        Raises: LogUnavailable.
        """
        await self._database.fetchval(LOOKED, json.dumps(troubles), json.dumps(repaired))


async def last_look(database: Database) -> LastLook:
    """Return how the last look ended.

    Raises: LogUnavailable.
    """
    row = await database.fetchrow(LAST)
    if row is None:
        return LastLook(seconds=None, troubles={}, repaired={})
    return LastLook(
        seconds=row["seconds"],
        troubles=json.loads(row["troubles"]),
        repaired=json.loads(row["repaired"]),
    )
