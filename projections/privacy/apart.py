"""Apart: incidents that are private, and groups that teams keep to themselves."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.ids import ResponderId
from projections.engine.catching_up import ConnectionPool
from projections.privacy.hidden import reasons_to_hide

PRIVATE_NOW: Final = "select incident_id from read.private_incident where private"
OF_TEAMS: Final = """
select t.team_id, array(select s.service_id from read.service_team s where s.team_id = t.team_id)
from read.team_people t where t.team_only and not coalesce(t.members ? $1, false)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Teams that keep their incidents from somebody, and the services that they own."""

    teams: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()


async def private_incidents(database: ConnectionPool, seconds: float) -> frozenset[UUID]:
    """Return the incidents that are private now, whoever knows of them.

    Raises: PrivacyUnknown, LogUnavailable.
    """
    if not (await reasons_to_hide(database, seconds)).private:
        return frozenset()
    async with database.connection() as reader:
        return frozenset(row[0] for row in await reader.fetch(PRIVATE_NOW))


async def apart_from(database: ConnectionPool, person: ResponderId | None, seconds: float) -> Apart:
    """Return whose incidents are not there for this person, as a group of its own.

    Raises: PrivacyUnknown, LogUnavailable.
    """
    if not (await reasons_to_hide(database, seconds)).of_teams:
        return Apart()
    async with database.connection() as reader:
        rows = await reader.fetch(OF_TEAMS, person)
    return Apart(
        teams=frozenset(team for team, _ in rows),
        services=frozenset(service for _, services in rows for service in services),
    )
