"""Asking who may see what: of the log where one incident is named, of a projection for many."""

from typing import Final
from uuid import UUID

from events.errors import IncidentNotFound
from events.ids import IncidentId, incident_stream
from events.incident.decide import incident_decider
from events.loading import load
from events.log.store import Log
from projections.incidents.redaction import NOTHING, Unseen, unseen
from projections.privacy.now import (
    PrivacyUnknown,
    hidden_from,
    is_member,
    members_of_private_incidents,
    traces_of,
)
from services.access.sight import Members, Visibility
from services.api.dependencies import Dependencies
from services.api.problems.refusals import ProjectionBehind
from services.api.reading.chosen_events import incident_in

WAIT_SECONDS: Final = 2.0  # for the projection to read the newest change of privacy


async def hidden_incidents(dependencies: Dependencies, visibility: Visibility) -> frozenset[UUID]:
    """Return the incidents that the caller must not know of, as of this moment.

    Raises: ProjectionBehind: nothing is shown before it is certain what may be; LogUnavailable.
    """
    if visibility.everything:
        return frozenset()
    try:
        return await hidden_from(dependencies.database, visibility.person, WAIT_SECONDS)
    except PrivacyUnknown:
        raise _behind() from None


async def unseen_by(dependencies: Dependencies, hidden: frozenset[UUID]) -> Unseen:
    """Return what somebody must not know of by all its names, as of now.

    Raises: LogUnavailable.
    """
    if not hidden:
        return NOTHING
    async with dependencies.database.connection() as connection:
        return await unseen(connection, hidden)


async def members_of_private(dependencies: Dependencies) -> Members:
    """Return who knows of each private incident, as of this moment.

    Raises: ProjectionBehind, LogUnavailable.
    """
    try:
        return await members_of_private_incidents(dependencies.database, WAIT_SECONDS)
    except PrivacyUnknown:
        raise _behind() from None


async def sees(dependencies: Dependencies, visibility: Visibility, incident_id: IncidentId) -> bool:
    """Say whether there is an incident that the caller may know of; who sees all is not asked.

    The log itself is asked, so that a command never waits for a projection. Only whether somebody
    was paged for the incident is a projection's word.
    Raises: LogUnavailable.
    """
    if visibility.everything:
        return True
    async with dependencies.database.connection() as connection:
        traces = await traces_of(connection, incident_id)
    if not (traces.declared and traces.ever_private):
        return traces.declared
    incident, _ = await load(dependencies.log, incident_decider, incident_stream(incident_id))
    privacy, person = incident.privacy, visibility.person
    if not privacy.private or person in privacy.members:
        return True
    if person is None or person in privacy.removed:
        return False
    async with dependencies.database.connection() as connection:
        return await is_member(connection, incident_id, person)


async def is_private(log: Log, incident_id: IncidentId) -> bool:
    """Say whether an incident is private, so that nobody's key may be told of it.

    Raises: LogUnavailable.
    """
    incident, _ = await load(log, incident_decider, incident_stream(incident_id))
    return incident.privacy.private


async def sees_stream(dependencies: Dependencies, visibility: Visibility, stream: str) -> bool:
    """Say whether the caller may know of every incident that a stream tells about.

    Raises: LogUnavailable.
    """
    if visibility.everything:
        return True
    stored = await dependencies.log.read_stream(stream)
    about = {incident_in(event) for event in stored} - {None}
    return all([await sees(dependencies, visibility, IncidentId(one)) for one in about if one])


def _behind() -> ProjectionBehind:
    return ProjectionBehind("Who may see which incident has just changed.")


def not_found(named: object) -> IncidentNotFound:
    """Return the refusal of a name that names no incident, or none that the caller may know of."""
    return IncidentNotFound(f"There is no incident {named}.")
