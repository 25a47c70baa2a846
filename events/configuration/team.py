"""Team: who works together, and owns services, schedules and escalation policies."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition
from events.errors import NotFound, Unprocessable
from events.ids import ResponderId, TeamId


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
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDefined:
    """The team is, from now on, these people."""

    team_id: TeamId
    name: str
    members: tuple[Member, ...]
    defined_by: str
    defined_at: datetime
    type: Literal["team.defined"] = "team.defined"


def require_each_once(command: DefineTeam) -> None:
    """Refuse a team in which somebody stands twice, once as a manager perhaps and once not.

    Raises: TeamRefused.
    """
    named = Counter(member.responder_id for member in command.members)
    twice = [responder_id for responder_id, number in named.items() if number > 1]
    if twice:
        raise TeamRefused(f"Name each member once; twice: {', '.join(twice)}.", field="members")


team_decider = definition(DefineTeam, TeamDefined, check=require_each_once)

AGGREGATE = Aggregate(noun="team", id=TeamId, decider=team_decider, commands=DefineTeam)
