"""Incident visibility: the incidents that a reader must not see, as of the newest event.

An incident is hidden because it is private, and else because the team that owns its service now
keeps its incidents to itself.
"""

from dataclasses import dataclass
from typing import Final

from events.ids import IncidentId, ResponderId, incident_stream
from projections.engine.catching_up import ConnectionPool, reached, wait_for
from projections.engine.rows import Reader
from projections.privacy import team_sight
from projections.privacy.members import NAME, PRIVATE

# The position up to which a projection must have read before its word on privacy counts.
NEWEST: Final = """
select coalesce((select max(position) from es.event
        where type in ('incident.privacy_changed', 'incident.member_removed')), 0) as privacy,
    coalesce((select max(position) from es.event
        where type = 'team_visibility.changed'), 0) as visibility
"""
# And up to which one before its word on teams does, where any keeps its incidents to itself.
NEWEST_OF_TEAMS: Final = """
select greatest(
    (select max(position) from es.event where type = 'team.defined'),
    (select max(position) from es.event where type = 'service.defined'), 0) as teams,
    coalesce((select max(position) from es.event where type = 'incident.declared'), 0) as declared
"""
TRACES: Final = """
select exists (select from es.event where stream = $1 and version = 1) as declared,
    exists (select from es.event where stream = $1
        and type in ('incident.privacy_changed', 'incident.member_removed')) as private,
    exists (select from es.event where type = 'team_visibility.changed') as teams_hide
"""
OF_TEAMS: Final = """
from read.team_people t
join read.service_team s on s.team_id = t.team_id
join read.team_incident i on i.service_id = s.service_id
where t.team_only and not exists (
    select from read.private_incident p where p.incident_id = i.incident_id and p.private)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What the log has of an incident: whether it is there, and what may hide it."""

    declared: bool
    ever_private: bool
    teams_hide: bool  # some team did, once


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why anything may be hidden at all: the newest positions of what does; 0: nothing did."""

    privacy: int
    visibility: int
    teams: int = 0  # who is in which team, and whose the services are

    @property
    def private(self) -> bool:
        """Say whether any incident may be private."""
        return self.privacy > 0

    @property
    def of_teams(self) -> bool:
        """Say whether any team may keep its incidents to itself."""
        return self.visibility > 0

    @property
    def any(self) -> bool:
        """Say whether there is anything to look for."""
        return self.private or self.of_teams


class PrivacyUnknown(Exception):
    """The projection has not read the newest change of privacy, and did not in the time given."""


async def reasons_to_hide(database: ConnectionPool, seconds: float) -> Reasons:
    """Say why incidents may be hidden, once the projections know of all that are.

    Raises: PrivacyUnknown, LogUnavailable.
    """
    async with database.connection() as reader:
        newest = await reader.fetchrow(NEWEST)
        privacy, visibility = newest["privacy"], newest["visibility"]
        teams = declared = 0
        if visibility:
            teams, declared = await reader.fetchrow(NEWEST_OF_TEAMS)
        of_teams = max(visibility, teams, declared)
        behind = [
            (name, position)
            for name, position in ((NAME, privacy), (team_sight.NAME, of_teams))
            if position and await reached(reader, [name]) < position
        ]
    for name, position in behind:
        if not await wait_for(database, [name], position, seconds):
            raise PrivacyUnknown
    return Reasons(privacy=privacy, visibility=visibility, teams=teams)


async def traces_of(reader: Reader, incident_id: IncidentId) -> Traces:
    """Return what the log has of an incident, without reading its stream."""
    row = await reader.fetchrow(TRACES, incident_stream(incident_id))
    assert row is not None  # noqa: S101  an expression has one row
    return Traces(
        declared=row["declared"], ever_private=row["private"], teams_hide=row["teams_hide"]
    )


async def is_member(reader: Reader, incident_id: IncidentId, person: ResponderId) -> bool:
    """Say whether the projection counts somebody among those who know of the private incident."""
    row = (await PRIVATE.load(reader, [incident_id])).get(incident_id)
    return row is not None and person in row.members


async def is_involved(reader: Reader, incident_id: IncidentId, person: ResponderId) -> bool:
    """Say whether the projection knows of anything that somebody has to do with the incident."""
    row = (await team_sight.TEAM_INCIDENT.load(reader, [incident_id])).get(incident_id)
    return row is not None and person in row.people
