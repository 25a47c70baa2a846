"""Sightings of a private incident: who read it and when, for auditors."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from events.sighting.decide import AGGREGATE
from projections.privacy import sightings
from projections.privacy.sightings import SightingRow, list_sightings
from services.access.permissions import Permission
from services.api.http.formats import View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import PageQuery, TheReads
from services.api.views.rows import shows

router = api_router("incident history")


@shows(SightingRow)
class SightingView(View):
    """Sighting: somebody read the incident while it was private, for the first time in an hour."""

    seen_by: Annotated[str, Field(examples=["responder:ada"])]
    seen_at: datetime
    first_read: Annotated[str, Field(description="The operation that answered first.")]
    via: Annotated[str, Field(examples=["web"])]


class SightingList(View):
    """Sightings, the newest first."""

    sightings: list[SightingView]
    names: Annotated[
        dict[str, str], Field(description="The names of API keys and integrations, by principal.")
    ]
    next_cursor: str | None


@router.get("/v1/incidents/{incident_id}/sightings", dependencies=[requires(Permission.LOG_READ)])
async def list_incident_sightings(
    reads: TheReads, incident_id: TheIncident, query: Annotated[PageQuery, Query()]
) -> SightingList:
    """List who read the incident while it was private: once for each person and hour."""
    beside = [AGGREGATE.stream(incident_id)]
    async with reads.of(
        query, sightings.NAME, incident_id=incident_id, beside=beside
    ) as connection:
        part = await list_sightings(connection, incident_id, query.cursor, query.limit)
    names = await reads.names_in(query, [row.seen_by for row in part.rows])
    return SightingList(
        sightings=[SightingView.model_validate(row) for row in part.rows],
        names=dict(names.by_principal),
        next_cursor=part.next_cursor,
    )
