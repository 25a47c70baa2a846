"""Team visibility: whether a team's incidents are there for other teams' responders, too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition
from events.ids import TeamId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTeamVisibility:
    """Hide the incidents of a team's services from other teams' responders, or show them."""

    team_id: TeamId
    team_only: bool
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamVisibilityChanged:
    """Incidents of the services that the team owns are, from now on, its own or everybody's."""

    team_id: TeamId
    team_only: bool
    changed_by: str
    changed_at: datetime
    type: Literal["team_visibility.changed"] = "team_visibility.changed"


team_visibility_decider = definition(ChangeTeamVisibility, TeamVisibilityChanged)

AGGREGATE = Aggregate(
    noun="team_visibility",
    id=TeamId,
    decider=team_visibility_decider,
    commands=ChangeTeamVisibility,
)
