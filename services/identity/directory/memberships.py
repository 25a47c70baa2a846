"""Team memberships that a directory decides about; who manages a team by hand goes on doing so."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import structlog

from events.configuration.team import DefineTeam, Member, TeamDefined, team_decider
from events.errors import CommandRejected, StreamConflict
from events.ids import ResponderId, TeamId, team_stream
from events.loading import load
from services.identity.directory.directory import Directory

TRIES: Final = 5  # somebody else may change the team meanwhile


class Change(NamedTuple):
    """What becomes of one person in one team."""

    person: ResponderId
    member: bool
    manager: bool | None  # None: as it was


logs = structlog.get_logger(__name__)


async def set_memberships(
    directory: Directory,
    person: ResponderId,
    teams: Mapping[TeamId, bool],
    decided: Mapping[TeamId, bool],
) -> None:
    """Put the person into these teams, as a manager or not, and out of the others of those decided.

    Of a decided team it is said whether its managers are decided about, too.

    A team that is not there keeps nobody from signing in.
    Raises: StreamConflict, LogUnavailable.
    """
    for team_id in sorted(decided):
        change = Change(person, member=team_id in teams, manager=teams.get(team_id, False))
        if not decided[team_id]:
            change = change._replace(manager=None)
        try:
            await _set_membership(directory, team_id, change)
        except StreamConflict:
            raise
        except CommandRejected as refused:
            logs.warning("membership_refused", team=team_id, refusal=type(refused).__name__)


async def _set_membership(directory: Directory, team_id: TeamId, change: Change) -> None:
    for attempt in range(TRIES):
        team, version = await load(directory.log, team_decider, team_stream(team_id))
        if not isinstance(team, TeamDefined):
            if change.member:
                logs.warning("membership_in_no_team", team=team_id)
            return
        members = after(team.members, change)
        if members == team.members:
            return
        command = DefineTeam(
            team_id=team_id,
            name=team.name,
            members=members,
            members_may_override=team.members_may_override,
            zone=team.zone,
            actor=directory.actor,
            at=directory.now,
        )
        try:
            await directory.carried_out(
                team_decider,
                team_stream(team_id),
                command,
                f"team {team_id} {version}",
                expected_version=version,
            )
        except StreamConflict:
            if attempt == TRIES - 1:
                raise
        else:
            return


def after(members: tuple[Member, ...], change: Change) -> tuple[Member, ...]:
    """Return the members of a team after the change; the others keep their places."""
    before = next((one for one in members if one.responder_id == change.person), None)
    if not change.member:
        return tuple(one for one in members if one is not before)
    by_hand = before is not None and before.manager
    manager = by_hand if change.manager is None else change.manager
    member = Member(responder_id=change.person, manager=manager)
    if before is None:
        return (*members, member)
    return tuple(member if one is before else one for one in members)
