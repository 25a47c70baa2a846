"""Incident reads: what the read models have of one incident, as of what a request asks for."""

from events.ids import IncidentId
from projections.incidents import board, detail
from projections.incidents.board import BoardRow
from projections.incidents.board_list import find_incident
from projections.incidents.detail import IncidentDetail, find_incident_detail
from services.access.incident_names import Look, no_incident
from services.access.reads import ReadAt, Reads


async def read_incident[Row](
    reads: Reads, query: ReadAt, incident_id: IncidentId, look: Look[Row], *names: str
) -> Row:
    """Return what is found of the incident, once the projections of these names have it.

    Raises: IncidentNotFound, and what `Reads.find` raises.
    """
    found = await reads.find(query, look, *names, incident_id=incident_id)
    if found is None:
        raise no_incident(incident_id)
    return found


async def board_of(reads: Reads, query: ReadAt, incident_id: IncidentId, *names: str) -> BoardRow:
    """Return the incident on the board, once the projections of these names have it, too."""
    return await read_incident(
        reads, query, incident_id, lambda at: find_incident(at, incident_id), board.NAME, *names
    )


async def detail_of(reads: Reads, query: ReadAt, incident_id: IncidentId) -> IncidentDetail:
    """Return the incident with everything around it."""
    return await read_incident(
        reads, query, incident_id, lambda at: find_incident_detail(at, incident_id), detail.NAME
    )
