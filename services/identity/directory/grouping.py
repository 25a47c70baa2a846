"""Grouping: a group of the directory becomes a team, or is worth what the rules say."""

from collections.abc import Collection

from events.configuration.team import DefineTeam, Member, TeamDefined, team_decider
from events.ids import AccountId, ResponderId, TeamId, team_stream
from events.loading import load
from services.identity.directory.directory import Directory
from services.identity.directory.group_rules import DirectoryRules, worth
from services.identity.directory.memberships import set_memberships
from services.identity.directory.provisioning import apply_roles, groups_of


async def set_team(
    directory: Directory, team_id: TeamId, name: str, people: Collection[ResponderId]
) -> None:
    """Have the team consist of these people, and of those who manage it.

    Raises: StreamConflict, LogUnavailable.
    """
    team, version = await load(directory.log, team_decider, team_stream(team_id))
    known = team if isinstance(team, TeamDefined) else None
    before = known.members if known else ()
    kept = [one for one in before if one.manager or one.responder_id in people]
    there = {one.responder_id for one in kept}
    new = [Member(responder_id=one, manager=False) for one in people if one not in there]
    command = DefineTeam(
        team_id=team_id,
        name=name,
        members=(*kept, *new),
        members_may_override=known.members_may_override if known else True,
        zone=known.zone if known else None,
        actor=directory.actor,
        at=directory.now,
    )
    await directory.carried_out(
        team_decider, team_stream(team_id), command, "team", expected_version=version
    )


async def revalue(
    directory: Directory,
    rules: DirectoryRules,
    person: ResponderId,
    left: Collection[str],
    joined: Collection[str],
) -> None:
    """Give the person what their groups are worth, after they left some and joined others.

    Raises: StreamConflict, LogUnavailable.
    """
    groups = (await groups_of(directory, person)).difference(left).union(joined)
    given = worth(rules.rules, rules.roles, groups)
    await apply_roles(directory.for_person(person), AccountId(person), given)
    await set_memberships(directory.for_person(person), person, given.teams, given.teams_decided)
