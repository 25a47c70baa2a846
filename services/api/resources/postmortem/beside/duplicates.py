"""Duplicates: what was written of an incident before it was merged into this one."""

from collections.abc import AsyncIterator
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field

from events.ids import IncidentId, incident_stream
from events.incident.decide import incident_decider
from events.incident.relations.state import OtherIncident
from events.loading import load
from events.postmortem.document.sections import HEADINGS, Section
from events.postmortem.state import Postmortem
from services.access.permissions import Permission
from services.access.rights.postmortem_readers import postmortems_kept_from
from services.access.visibility import sees
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import ExistingIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.postmortem.reading import known_at

router = api_router("postmortem")

MOST: Final = 50  # a storm has more, and nobody wrote of each of them


class DuplicateSectionView(View):
    """Section that people wrote of the incident that was merged."""

    section: Section
    heading: str
    text: Annotated[str, Field(description="Markdown.")]
    written_by: str


class DuplicatePostmortemView(View):
    """What people wrote of an incident before it was merged into this one."""

    incident_id: UUID
    reference: str
    sections: list[DuplicateSectionView]


class DuplicatePostmortems(View):
    """Postmortems that go on in this one: nothing of them is taken over unasked."""

    duplicates: list[DuplicatePostmortemView]


@router.get(
    "/v1/incidents/{incident_id}/postmortem/duplicates",
    dependencies=[requires(Permission.INCIDENT_READ)],
)
async def list_postmortems_of_duplicates(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    incident_id: ExistingIncident,
    query: Annotated[ReadQuery, Query()],
) -> DuplicatePostmortems:
    """List what people wrote of each incident that was merged into this one, to take from it.

    To take a section over, write it: that of this incident is never written over by itself.
    """
    until = await reads.position_of(query)
    found: list[DuplicatePostmortemView] = []
    async for one in merged_into(dependencies, incident_id):
        if not await sees(dependencies, caller.visibility, one.incident_id):
            continue
        if await postmortems_kept_from(dependencies, caller.visibility, [one.incident_id]):
            continue
        known, _ = await known_at(dependencies, one.incident_id, until)
        if sections := written_in(known):
            found.append(
                DuplicatePostmortemView(
                    incident_id=one.incident_id, reference=one.reference, sections=sections
                )
            )
    return DuplicatePostmortems(duplicates=found)


async def merged_into(dependencies: Deps, incident_id: IncidentId) -> AsyncIterator[OtherIncident]:
    """Yield the incidents that were merged into one, and those that were merged into them.

    Raises: LogUnavailable.
    """
    waiting, seen = [incident_id], {incident_id}
    while waiting and len(seen) <= MOST:
        stream = incident_stream(waiting.pop(0))
        incident, _ = await load(dependencies.log, incident_decider, stream)
        for one in incident.relations.duplicates:
            if one.incident_id not in seen:
                seen.add(one.incident_id)
                waiting.append(one.incident_id)
                yield one


def written_in(known: Postmortem) -> list[DuplicateSectionView]:
    """Return what people wrote, and not what the log says."""
    return [
        DuplicateSectionView(
            section=section,
            heading=HEADINGS[section],
            text=written.text,
            written_by=written.written_by,
        )
        for section in Section
        if (written := known.sections.get(section)) and not written.computed and written.text
    ]
