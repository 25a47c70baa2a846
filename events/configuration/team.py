"""Team: who works together, and owns services, schedules and escalation policies."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition
from events.errors import NotFound, Unprocessable
from events.ids import ResponderId, TeamId
from events.on_call.zones import require_zone


class TeamNotFound(NotFound):
    """There is no such team."""


class TeamRefused(Unprocessable):
    """A team names each of its people once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of a team."""

    responder_id: ResponderId
    manager: bool  # answers for what the team owns


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineTeam:
    """Create the team, or replace what is known of it."""

    team_id: TeamId
    name: str
    members: tuple[Member, ...]
    members_may_override: bool = True
    zone: str | None = None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDefined:
    """The team is, from now on, these people."""

    schema_version: ClassVar[int] = 3

    team_id: TeamId
    name: str
    members: tuple[Member, ...]
    members_may_override: bool = True  # shifts of others, in the team's schedules
    zone: str | None = None  # IANA, by which its due dates are over
    defined_by: str
    defined_at: datetime
    type: Literal["team.defined"] = "team.defined"


def require_possible(command: DefineTeam) -> None:
    """Refuse a team that names somebody twice, or a zone that is none.

    Raises: TeamRefused, UnknownZone.
    """
    require_each_once(command)
    if command.zone is not None:
        require_zone("zone", command.zone)


def require_each_once(command: DefineTeam) -> None:
    """Refuse a team in which somebody stands twice, once as a manager perhaps and once not.

    Raises: TeamRefused.
    """
    named = Counter(member.responder_id for member in command.members)
    twice = [responder_id for responder_id, number in named.items() if number > 1]
    if twice:
        raise TeamRefused(f"Name each member once; twice: {', '.join(twice)}.", field="members")


team_decider = definition(DefineTeam, TeamDefined, check=require_possible)

AGGREGATE = Aggregate(noun="team", id=TeamId, decider=team_decider, commands=DefineTeam)
