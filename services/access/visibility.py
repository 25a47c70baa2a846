"""Incident visibility: read in the log for one incident, in the privacy projection for lists."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from activities.on_call.team_sight import people_of_hiding_team
from events.folded_streams import newest
from events.ids import IncidentId, ResponderId, incident_stream
from events.incident.decide import incident_decider
from events.incident.state import Incident
from events.loading import load
from events.log.recorded import RecordedEvent, UnknownEvent
from events.log.store import Log
from projections.engine.keys import incident_of
from projections.incidents.redaction import NOTHING, Redaction, redaction_of
from projections.privacy.apart import Apart, apart_from, private_incidents
from projections.privacy.hidden import (
    PrivacyUnknown,
    is_involved,
    is_member,
    traces_of,
)
from projections.privacy.known import Known
from services.access.dependencies import ReadDependencies
from services.request_refusals import ProjectionBehind

WAIT_SECONDS: Final = 2.0  # for the projection to read the newest change of privacy

type Members = Mapping[UUID, Collection[ResponderId]]  # of each that is not everybody's to know


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """What one caller sees. A key that belongs to nobody is nobody, whomever it says it speaks for.

    Admins and auditors see everything.
    """

    everything: bool = False
    person: ResponderId | None = None

    def reaches(self, incident_id: UUID | None, members: Members) -> bool:
        """Say whether the caller may know of something about this incident, or about none."""
        if self.everything or incident_id is None or incident_id not in members:
            return True
        return self.person in members[incident_id]


EVERYTHING: Final = Visibility(everything=True)


async def hidden_incidents(
    dependencies: ReadDependencies, visibility: Visibility
) -> frozenset[UUID]:
    """Return the incidents that the caller must not know of, as of this moment.

    Raises: ProjectionBehind: nothing is shown before it is certain what may be; LogUnavailable.
    """
    if visibility.everything:
        return frozenset()
    return (await who_knows(dependencies)).hidden_from(visibility.person)


async def private_now(dependencies: ReadDependencies) -> frozenset[UUID]:
    """Return the incidents that are private as of this moment, whoever knows of them.

    Raises: ProjectionBehind, LogUnavailable.
    """
    try:
        return await private_incidents(dependencies.database, WAIT_SECONDS)
    except PrivacyUnknown:
        raise _behind() from None


async def apart_for(dependencies: ReadDependencies, visibility: Visibility) -> Apart:
    """Return the teams that keep their incidents from the caller, as of this moment.

    Raises: ProjectionBehind, LogUnavailable.
    """
    if visibility.everything:
        return Apart()
    try:
        return await apart_from(dependencies.database, visibility.person, WAIT_SECONDS)
    except PrivacyUnknown:
        raise _behind() from None


async def redaction_for(dependencies: ReadDependencies, hidden: frozenset[UUID]) -> Redaction:
    """Return what takes out of answers what hidden incidents would be known by, as of now.

    Raises: LogUnavailable.
    """
    if not hidden:
        return NOTHING
    async with dependencies.database.connection() as connection:
        return await redaction_of(connection, hidden)


async def members_of_private(dependencies: ReadDependencies) -> Members:
    """Return who knows of each incident that is not there for everybody, as of this moment.

    Raises: ProjectionBehind, LogUnavailable.
    """
    return (await who_knows(dependencies)).people


async def who_knows(dependencies: ReadDependencies) -> Known:
    """Return the same, with what is hidden from each person.

    Raises: ProjectionBehind, LogUnavailable.
    """
    try:
        return await dependencies.knowledge.now(dependencies.database, WAIT_SECONDS)
    except PrivacyUnknown:
        raise _behind() from None


async def sees(
    dependencies: ReadDependencies, visibility: Visibility, incident_id: IncidentId
) -> bool:
    """Say whether there is an incident that the caller may know of; who sees all is not asked.

    The log itself is asked, so that a command never waits for a projection. Only whether somebody
    was paged for the incident is a projection's word.
    Raises: LogUnavailable.
    """
    if visibility.everything:
        return True
    async with dependencies.database.connection() as connection:
        traces = await traces_of(connection, incident_id)
    if not (traces.declared and (traces.ever_private or traces.teams_hide)):
        return traces.declared
    incident, _ = await load(dependencies.log, incident_decider, incident_stream(incident_id))
    if incident.privacy.private:
        return await _knows_private(dependencies, incident, incident_id, visibility.person)
    return await _knows_of_team(dependencies, incident, incident_id, visibility.person)


async def _knows_private(
    dependencies: ReadDependencies,
    incident: Incident,
    incident_id: IncidentId,
    person: ResponderId | None,
) -> bool:
    privacy = incident.privacy
    if person in privacy.members:
        return True
    if person is None or person in privacy.removed:
        return False
    async with dependencies.database.connection() as connection:
        return await is_member(connection, incident_id, person)


async def _knows_of_team(
    dependencies: ReadDependencies,
    incident: Incident,
    incident_id: IncidentId,
    person: ResponderId | None,
) -> bool:
    """Say whether somebody is in the team that hides the incident, if one does, or works on it."""
    team = await people_of_hiding_team(dependencies.log, incident.service_id)
    if team is None:
        return True
    if person is None:
        return False
    if person in team | incident.responders | {*incident.roles.values()}:
        return True
    async with dependencies.database.connection() as connection:
        return await is_involved(connection, incident_id, person)


async def is_private(log: Log, incident_id: IncidentId) -> bool:
    """Say whether an incident is private, so that nobody's key may name it.

    Raises: LogUnavailable.
    """
    incident, _ = await newest(log, incident_decider, incident_stream(incident_id))
    return incident.privacy.private


async def sees_stream(dependencies: ReadDependencies, visibility: Visibility, stream: str) -> bool:
    """Say whether the caller may know of every incident that a stream tells about.

    Raises: LogUnavailable.
    """
    if visibility.everything:
        return True
    stored = await dependencies.log.read_stream(stream)
    about = {incident_in(event) for event in stored} - {None}
    return all([await sees(dependencies, visibility, IncidentId(one)) for one in about if one])


def incident_in(event: RecordedEvent) -> UUID | None:
    """Return the incident that a stored event is about, None if it is about none."""
    raw = UnknownEvent(type=event.type, schema_version=event.schema_version, payload=event.payload)
    return incident_of(raw)


def _behind() -> ProjectionBehind:
    return ProjectionBehind("Who may see which incident has just changed.")
