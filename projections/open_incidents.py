"""Incidents that are not over: whoever watches over them all starts here."""

from typing import Final
from uuid import UUID

from projections.rows import Connection

OPEN: Final = """
select incident_id, position from read.incident_board
where status in ('declared', 'acknowledged', 'mitigated') and reference <> ''
"""


async def open_incidents(connection: Connection) -> dict[UUID, int]:
    """Return every open incident with the position of its newest event."""
    return {row["incident_id"]: row["position"] for row in await connection.fetch(OPEN)}
