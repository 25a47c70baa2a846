"""Teams: who works together, and who answers for what they own."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from events.configuration.team import DefineTeam, Member, TeamNotFound, team_decider
from events.ids import ResponderId, TeamId, team_stream
from projections.engine.defined import every, one
from projections.on_call import teams
from projections.on_call.teams import TeamRow
from services.access.permissions import Permission
from services.api.http.formats import Line, Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.on_call.schedules import Zone
from services.api.views.rows import shows
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("on call")

TEAM = "/v1/teams/{team_id}"
READ = [requires(Permission.CONFIGURATION_READ)]
WRITE = [requires(Permission.TEAM_WRITE)]
MOST_MEMBERS = 200


class MemberBody(Strict):
    """A person of the team."""

    responder_id: Name
    manager: Annotated[bool, Field(description="Answers for what the team owns.")] = False


class TeamBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "name": "Payments",
                "members": [{"responder_id": "grace", "manager": True}, {"responder_id": "ben"}],
            }
        ]
    },
):
    """Team to set."""

    name: Line
    members: Annotated[tuple[MemberBody, ...], Field(max_length=MOST_MEMBERS, strict=False)]
    members_may_override: Annotated[
        bool,
        Field(description="Whether members make overrides for others in the team's schedules."),
    ] = True
    zone: Annotated[
        Zone | None,
        Field(
            description="IANA name: Europe/Berlin. By it the due dates of the team's action items"
            " are over. Null: by the zone of whoever has an item."
        ),
    ] = None


class MemberView(View):
    """A person of the team."""

    responder_id: str
    manager: bool


@shows(TeamRow)
class TeamView(View):
    """Team: who works together, and who answers for what they own."""

    members: tuple[MemberView, ...]


class TeamList(View):
    """Every team, by id."""

    teams: list[TeamView]


@router.get("/v1/teams", dependencies=READ)
async def list_teams(reads: TheReads, query: Annotated[ReadQuery, Query()]) -> TeamList:
    """List the teams, by id."""
    async with reads.of(query, teams.NAME) as connection:
        rows = await every(teams.TEAM, connection)
    return TeamList(teams=[TeamView.model_validate(row) for row in rows])


@router.get(TEAM, dependencies=READ)
async def show_team(
    response: Response, reads: TheReads, team_id: Name, query: Annotated[ReadQuery, Query()]
) -> TeamView:
    """Show a team; its ETag is what If-Match takes."""
    async with reads.of(query, teams.NAME, stream=team_stream(TeamId(team_id))) as connection:
        row = await one(teams.TEAM, connection, team_id)
    if row is None:
        raise TeamNotFound(f"No such team: {team_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    return TeamView.model_validate(row)


@router.put(TEAM, dependencies=WRITE, response_model=Receipt)
async def define_team(team_id: Name, body: TeamBody, change: TheConfigurationChange) -> Response:
    """Create a team, or replace what is known of it."""
    command = DefineTeam(
        team_id=TeamId(team_id),
        name=body.name,
        members=tuple(
            Member(responder_id=ResponderId(member.responder_id), manager=member.manager)
            for member in body.members
        ),
        members_may_override=body.members_may_override,
        zone=body.zone,
        actor=change.actor,
        at=change.at,
    )
    warnings = warnings_of_team(team_id, command.members)
    return await change.receipt(team_decider, team_stream(command.team_id), command, warnings)


def warnings_of_team(team_id: str, members: tuple[Member, ...]) -> list[str]:
    """Return what leaves a team without anybody who answers for it."""
    if not members:
        return [f"Nobody is in team {team_id}: add its people."]
    if not any(member.manager for member in members):
        return [f"Nobody manages team {team_id}: make one of its members a manager."]
    return []
