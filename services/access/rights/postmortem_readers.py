"""Readers of a postmortem: an edition for a team, or for members, is read by nobody else.

Whoever may not know of the incident is refused before this is asked.
"""

from collections.abc import Collection
from uuid import UUID

from events.configuration.team import team_decider
from events.ids import IncidentId, ResponderId, ServiceId, incident_stream, service_stream
from events.ids import team_stream as stream_of_team
from events.incident.decide import incident_decider
from events.incident.state import Incident
from events.loading import load
from events.log.store import Log
from events.postmortem.document.publishing import KEPT
from events.postmortem.document.publishing import Visibility as Readership
from events.service.decide import service_decider
from projections.practice.postmortems import POSTMORTEM, PostmortemRow
from services.access.dependencies import ReadDependencies
from services.access.visibility import Visibility
from services.request_refusals import PostmortemKept


async def require_reader(
    dependencies: ReadDependencies, visibility: Visibility, incident_id: IncidentId
) -> None:
    """Let a caller pass who may read what was published of the incident, if anything was.

    Raises: PostmortemKept, LogUnavailable.
    """
    if await postmortems_kept_from(dependencies, visibility, [incident_id]):
        raise PostmortemKept(
            "This postmortem is for the team of its service and for those who worked on the"
            " incident: ask its author."
        )


async def postmortems_kept_from(
    dependencies: ReadDependencies, visibility: Visibility, incident_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Return the incidents of these whose postmortem the caller may not read.

    Raises: LogUnavailable.
    """
    if visibility.everything or not incident_ids:
        return frozenset()
    async with dependencies.database.connection() as connection:
        rows = await POSTMORTEM.load(connection, incident_ids)
    kept: set[UUID] = set()
    for row in rows.values():
        if row.visibility in KEPT and not await _reads(dependencies.log, row, visibility.person):
            kept.add(row.incident_id)
    return frozenset(kept)


async def _reads(log: Log, row: PostmortemRow, person: ResponderId | None) -> bool:
    stream = incident_stream(IncidentId(row.incident_id))
    incident, _ = await load(log, incident_decider, stream)
    if incident.privacy.private:
        return True  # only its members know of it at all
    if person is None:
        return False
    if person in {row.author_id, *row.reviewer_ids} | _worked_on(incident):
        return True
    return row.visibility is Readership.TEAM and person in await _team(log, incident.service_id)


def _worked_on(incident: Incident) -> frozenset[str]:
    members = incident.privacy.members
    return frozenset({*incident.responders, *incident.roles.values(), *members})


async def _team(log: Log, service_id: str | None) -> frozenset[ResponderId]:
    """Return the people of the team that owns a service now."""
    if service_id is None:
        return frozenset()
    service, _ = await load(log, service_decider, service_stream(ServiceId(service_id)))
    if service.team_id is None:
        return frozenset()
    team, _ = await load(log, team_decider, stream_of_team(service.team_id))
    return frozenset(one.responder_id for one in team.members) if team else frozenset()
