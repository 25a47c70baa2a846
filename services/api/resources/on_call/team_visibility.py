"""Team visibility: whether a team's incidents are there for other teams' responders, too."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from events.configuration.team import TeamNotFound
from events.configuration.team_visibility import (
    AGGREGATE,
    ChangeTeamVisibility,
    team_visibility_decider,
)
from events.ids import TeamId
from projections.engine.defined import one
from projections.privacy import team_sight
from services.access.permissions import Permission
from services.api.http.formats import Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("on call")

VISIBILITY = "/v1/teams/{team_id}/visibility"


class TeamVisibilityBody(Strict, json_schema_extra={"examples": [{"team_only": True}]}):
    """Who sees incidents of the team's services."""

    team_only: Annotated[
        bool,
        Field(
            description="Only the team, whoever declared one, is paged for it or works on it, and"
            " admins and auditors. False: everybody who reads incidents."
        ),
    ]


class TeamVisibilityView(View):
    """Who sees incidents of the team's services."""

    team_id: str
    team_only: bool


@router.get(VISIBILITY, dependencies=[requires(Permission.CONFIGURATION_READ)])
async def show_team_visibility(
    reads: TheReads, team_id: Name, query: Annotated[ReadQuery, Query()]
) -> TeamVisibilityView:
    """Show whether a team keeps its incidents to itself."""
    async with reads.of(query, team_sight.NAME) as connection:
        row = await one(team_sight.TEAM_PEOPLE, connection, team_id)
    if row is None:
        raise TeamNotFound(f"No such team: {team_id}.")
    return TeamVisibilityView(team_id=row.team_id, team_only=row.team_only)


@router.put(VISIBILITY, dependencies=[requires(Permission.TEAM_WRITE)], response_model=Receipt)
async def change_team_visibility(
    team_id: Name, body: TeamVisibilityBody, change: TheConfigurationChange
) -> Response:
    """Keep incidents of the team's services to the team, or show them to everybody again.

    It counts at once, also for incidents there are already and in streams that are open.
    """
    command = ChangeTeamVisibility(
        team_id=TeamId(team_id), team_only=body.team_only, actor=change.actor, at=change.at
    )
    return await change.receipt(team_visibility_decider, AGGREGATE.stream(team_id), command)
