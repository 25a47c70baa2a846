"""Suspected changes: those that came shortly before an incident."""

from datetime import timedelta
from typing import Final

from events.ids import IncidentId
from projections.incidents import changes
from projections.incidents.changes import SuspectedChange, changes_before
from services.access.incident_reads import board_of
from services.access.reads import Reads
from services.api.reading.reads import ReadQuery

WINDOW: Final = timedelta(days=1)
MOST_SUSPECTED: Final = 5  # in a draft


async def suspected_changes_of(
    reads: Reads,
    query: ReadQuery,
    incident_id: IncidentId,
    window: timedelta = WINDOW,
    *,
    limit: int,
) -> tuple[SuspectedChange, ...]:
    """Return the changes in the time before the incident, the most suspicious first.

    It began when somebody says it did, or else when it was detected or declared.
    Raises: IncidentNotFound.
    """
    board = await board_of(reads, query, incident_id)
    began_at = board.began_at or board.detected_at or board.declared_at
    async with reads.of(query, changes.NAME) as connection:
        return await changes_before(connection, began_at, board.service_id, window, limit)
