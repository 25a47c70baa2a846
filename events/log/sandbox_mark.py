"""Sandbox mark: the first event of a log that was simulated."""

import json
from typing import Final
from weakref import WeakKeyDictionary

from events.errors import LogFault
from events.log.database import Database
from events.log.store import Log

OPENED: Final = "sandbox.opened"
FIRST: Final = f"select payload from es.event where position = 1 and type = '{OPENED}'"  # noqa: S608

# A first event never changes; a log without any may still become a sandbox.
_known: WeakKeyDictionary[Log, bool] = WeakKeyDictionary()


async def sandbox_seed(database: Database) -> int | None:
    """Return the seed that the log was simulated from; None: it was not.

    Raises: LogUnavailable.
    """
    payload = await database.fetchval(FIRST)
    return None if payload is None else int(json.loads(payload)["seed"])


async def is_sandbox(log: Log) -> bool:
    """Return whether the log was simulated; where it cannot be asked, that is said elsewhere."""
    known = _known.get(log)
    if known is not None:
        return known
    try:
        first = await log.read_all(0, 1)
    except LogFault:
        return False
    if first:
        _known[log] = first[0].type == OPENED
    return _known.get(log, False)
