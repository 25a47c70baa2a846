"""Team sight: which incidents are of whose services, who works on each, and which teams hide them.

What may hide an incident is read by one projection, so that it is all of one moment.
"""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from events.actor import actor_named
from events.configuration.team import TeamDefined
from events.configuration.team_visibility import TeamVisibilityChanged
from events.ids import ResponderId
from events.incident.events import IncidentDeclared
from events.incident.privacy.events import IncidentMemberRemoved
from events.incident.privacy.state import let_in_by
from events.log.recorded import Recorded
from events.page.events import PageLevelReached
from events.service.events import ServiceDefined
from projections.engine.keys import incident_key, incident_of, stream_key
from projections.engine.rows import Batch, Row, Rows, Table, fold
from projections.privacy.members import joining

NAME: Final = "team_sight"
VERSION: Final = 2  # raise it to rebuild from position 0
COMPLETE: Final = True  # an event of a type it does not know stops it: it could hide something


class TeamIncidentRow(Row, frozen=True, kw_only=True):
    """Whose service an incident is of, and who declared it, was paged for it, or works on it."""

    incident_id: UUID
    service_id: str | None
    people: tuple[ResponderId, ...]  # by name


class ServiceTeamRow(Row, frozen=True, kw_only=True):
    """Which team owns a service."""

    service_id: str
    team_id: str | None


class TeamPeopleRow(Row, frozen=True, kw_only=True):
    """Who is in a team, and whether its incidents are there for them only."""

    team_id: str
    members: tuple[ResponderId, ...]
    team_only: bool = False


TEAM_INCIDENT = Table(
    "team_incident",
    "incident_id",
    TeamIncidentRow,
    indexes={"service": "(service_id)", "position": "(position)"},
)
SERVICE_TEAM = Table("service_team", "service_id", ServiceTeamRow)
TEAM_PEOPLE = Table("team_people", "team_id", TeamPeopleRow)
TABLES: Final = (TEAM_INCIDENT, SERVICE_TEAM, TEAM_PEOPLE)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's incidents, services and teams up to date."""
    await fold(TEAM_INCIDENT, tx, batch, incidents_of, incident_after)
    await fold(SERVICE_TEAM, tx, batch, services_of, service_after)
    await fold(TEAM_PEOPLE, tx, batch, teams_of, team_after)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return what is quarantined when an event cannot be applied."""
    return stream_key(recorded, "team", "team_visibility", "service") or incident_key(recorded)


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident that an event declares, or lets somebody work on."""
    kinds = IncidentDeclared | PageLevelReached | IncidentMemberRemoved
    matters = isinstance(event, kinds) or let_in_by(event)
    incident_id = incident_of(event) if matters else None
    return () if incident_id is None else (incident_id,)


def incident_after(
    row: TeamIncidentRow | None, recorded: Recorded[object], _key: Hashable
) -> TeamIncidentRow | None:
    """Return an incident with everybody who has a part in it."""
    event = recorded.event
    if isinstance(event, IncidentDeclared):
        declarer = actor_named(event.declared_by).responder_id
        return TeamIncidentRow(
            incident_id=event.incident_id,
            service_id=event.service_id,
            people=() if declarer is None else (declarer,),
        )
    if row is None:
        return None
    if isinstance(event, IncidentMemberRemoved):
        return replace(row, people=tuple(one for one in row.people if one != event.responder_id))
    joined = {*joining(event)} - {*row.people}
    return replace(row, people=tuple(sorted({*row.people, *joined}))) if joined else row


def services_of(event: object) -> tuple[str, ...]:
    """Return the service that an event defines."""
    return (event.service_id,) if isinstance(event, ServiceDefined) else ()


def service_after(
    row: ServiceTeamRow | None, recorded: Recorded[object], _key: Hashable
) -> ServiceTeamRow | None:
    """Return a service with the team that owns it now."""
    event = recorded.event
    if not isinstance(event, ServiceDefined):
        return row
    return ServiceTeamRow(service_id=event.service_id, team_id=event.team_id)


def teams_of(event: object) -> tuple[str, ...]:
    """Return the team that an event is about."""
    return (event.team_id,) if isinstance(event, TeamDefined | TeamVisibilityChanged) else ()


def team_after(
    row: TeamPeopleRow | None, recorded: Recorded[object], _key: Hashable
) -> TeamPeopleRow | None:
    """Return a team with its people, and whether it hides its incidents, as of the event."""
    event = recorded.event
    if isinstance(event, TeamDefined):
        members = tuple(sorted(member.responder_id for member in event.members))
        hides = row is not None and row.team_only
        return TeamPeopleRow(team_id=event.team_id, members=members, team_only=hides)
    if isinstance(event, TeamVisibilityChanged):
        members = () if row is None else row.members
        return TeamPeopleRow(team_id=event.team_id, members=members, team_only=event.team_only)
    return row
