"""One's own: what only the person it is about may do, and admins for everybody."""

from collections.abc import Mapping, Sequence
from typing import Final

from events.ids import ResponderId, TeamId
from projections.engine.catching_up import ConnectionPool
from projections.engine.defined import every
from projections.on_call.teams import TEAM, TeamRow
from services.access.dependencies import ReadDependencies
from services.access.permissions import RIGHTS, Permission, Relation
from services.access.schedule_people import is_manager, team_of
from services.request_refusals import PermissionMissing

WHO: Final[Mapping[Relation | None, str]] = {
    Relation.IS: "Only {}",
    Relation.LEADS: "Only {}, the managers of their teams",
    Relation.BRINGS_IN: "Only the managers of a team that {} is in",
}


def require_own(
    person: ResponderId | None, responder_id: ResponderId, permission: Permission
) -> None:
    """Let a person see to what is their own; whoever configures it for others is not asked.

    Raises: PermissionMissing.
    """
    if person != responder_id:
        raise PermissionMissing(
            f"{WHO[RIGHTS[permission].to_responder].format(responder_id)} and admins may do this.",
            permission=permission.value,
        )


async def leads(
    dependencies: ReadDependencies, manager: ResponderId | None, member: ResponderId
) -> bool:
    """Return whether somebody manages a team that the person is in, by the log's own word.

    Raises: LogUnavailable.
    """
    if manager is None or manager == member:
        return False
    for row in await every_team(dependencies.database):
        if {manager, member} <= {one.responder_id for one in row.members}:
            team = await team_of(dependencies.log, TeamId(row.team_id))
            people = {one.responder_id for one in team.members} if team else set[ResponderId]()
            if is_manager(team, manager) and member in people:
                return True
    return False


async def every_team(database: ConnectionPool) -> Sequence[TeamRow]:
    """Return the teams as they are now.

    Raises: LogUnavailable.
    """
    async with database.connection() as connection:
        return await every(TEAM, connection)
