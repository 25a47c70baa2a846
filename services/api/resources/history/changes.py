"""Changes: what other systems reported, listed, and suspected of an incident."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query
from pydantic import Field

from projections.incidents import changes
from projections.incidents.changes import ChangeFilter
from services.access.permissions import Permission
from services.api.http.formats import Instant, Name
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import Limit, PageQuery, ReadQuery, TheReads
from services.api.reading.suspected_changes import suspected_changes_of
from services.api.views.changes import ChangeList, ChangeView, RecentChanges, recent_changes

DAY = 24 * 3_600  # seconds

router = api_router("changes")


class ChangesQuery(PageQuery):
    """Which changes; every filter narrows it."""

    service_id: Name | None = None
    since: Instant | None = None
    until: Annotated[Instant | None, Field(description="Not included.")] = None


class RecentQuery(ReadQuery):
    """How far to look back."""

    within_seconds: Annotated[int, Field(ge=60, le=7 * DAY)] = DAY
    limit: Limit = 20


@router.get("/v1/changes", dependencies=[requires(Permission.INCIDENT_READ)])
async def list_changes(reads: TheReads, query: Annotated[ChangesQuery, Query()]) -> ChangeList:
    """List changes, the one reported last first."""
    chosen = ChangeFilter(service_id=query.service_id, since=query.since, until=query.until)
    async with reads.of(query, changes.NAME) as connection:
        page = await changes.list_changes(connection, chosen, query.cursor, query.limit)
    return ChangeList(
        changes=[ChangeView.model_validate(row) for row in page.rows],
        next_cursor=page.next_cursor,
    )


@router.get(
    "/v1/incidents/{incident_id}/recent-changes", dependencies=[requires(Permission.INCIDENT_READ)]
)
async def list_recent_changes(
    reads: TheReads, incident_id: TheIncident, query: Annotated[RecentQuery, Query()]
) -> RecentChanges:
    """Show what was changed shortly before the incident: look here first at triage."""
    window = timedelta(seconds=query.within_seconds)
    suspected = await suspected_changes_of(reads, query, incident_id, window, limit=query.limit)
    return recent_changes(suspected)
