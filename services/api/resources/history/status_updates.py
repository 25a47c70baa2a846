"""Status updates: those that were published, and a draft of the next one."""

from typing import Annotated, Final

from fastapi import Query

from events.ids import IncidentId
from projections.communication import status_updates
from projections.communication.status_updates import StatusUpdates, draft, find_status_updates
from services.access.incident_reads import read_incident
from services.access.permissions import Permission
from services.access.reads import Reads
from services.api.dependencies import Deps
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.subscriptions import StatusUpdateList, WrittenUpdate, published, written

router = api_router("status updates")

READ: Final = [requires(Permission.INCIDENT_READ)]
INCIDENT: Final = "/v1/incidents/{incident_id}"


@router.get(f"{INCIDENT}/status-updates", dependencies=READ)
async def list_status_updates(
    reads: TheReads, incident_id: TheIncident, query: Annotated[ReadQuery, Query()]
) -> StatusUpdateList:
    """List the updates, oldest first, each also as Markdown and as plain text."""
    updates = await _updates_of(reads, query, incident_id)
    return StatusUpdateList(status_updates=[published(updates, one) for one in updates.updates])


@router.get(f"{INCIDENT}/status-update-draft", dependencies=READ)
async def show_status_update_draft(
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ReadQuery, Query()],
) -> WrittenUpdate:
    """Write the next update from what the incident knows: change it, then publish it."""
    updates = await _updates_of(reads, query, incident_id)
    return written(draft(updates, dependencies.clock()))


async def _updates_of(reads: Reads, query: ReadQuery, incident_id: IncidentId) -> StatusUpdates:
    """Return the published status updates. Raises: IncidentNotFound."""
    return await read_incident(
        reads,
        query,
        incident_id,
        lambda at: find_status_updates(at, incident_id),
        status_updates.NAME,
    )
