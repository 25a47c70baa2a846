"""Changes shortly before an incident, for the page behind a link; never what it waits for."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog

from projections.incidents.changes import SuspectedChange, changes_before
from services.api.dependencies import Dependencies
from services.api.faults import WORLD_FAULTS

WINDOW: Final = timedelta(hours=6)
MOST: Final = 2
SECONDS: Final = 1.0

_log: Final = structlog.get_logger(__name__)


async def changes_shortly_before(
    dependencies: Dependencies, began_at: datetime | None, service_id: str | None
) -> tuple[SuspectedChange, ...]:
    """Return the most suspicious changes; none where they cannot be read at once."""
    if began_at is None:
        return ()
    try:
        async with (
            asyncio.timeout(SECONDS),
            dependencies.database.connection() as connection,
        ):
            return await changes_before(connection, began_at, service_id, WINDOW, MOST)
    except WORLD_FAULTS as fault:  # the button matters more
        _log.warning("changes_not_read", fault=type(fault).__name__)
        return ()
