"""Team commands: who works together, and who answers for what they own."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.configure.bodies import File, body_of
from services.cli.configure.nouns import Id, Noun, group, put
from services.cli.options import AsJson
from services.cli.remote import Remote

TEAM = Noun(
    name="team",
    many="teams",
    path="/v1/teams",
    key="team_id",
    columns={
        "Name": lambda one: one["name"],
        "Members": lambda one: ", ".join(map(written, one["members"])) or "—",
        "Zone": lambda one: one["zone"] or "—",
    },
)
app = typer.Typer()
teams = group(TEAM, "set, list, show, visibility")
app.add_typer(teams, name="teams")


@teams.command("set")
def define(
    identity: Id,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    member: Annotated[list[str] | None, typer.Option(help="Somebody in it; once for each.")] = None,
    manager: Annotated[
        list[str] | None, typer.Option(help="A member who answers for what the team owns.")
    ] = None,
    file: File = None,
    *,
    members_may_override: Annotated[
        bool | None,
        typer.Option(help="Whether members make overrides for others in the team's schedules."),
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(help="By which due dates of its action items are over: Europe/Berlin."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Create a team, or replace what is known of it."""
    members = [*members_in(manager or (), manager=True), *members_in(member or (), manager=False)]
    body = body_of(
        file,
        name=name,
        members=members or None,
        members_may_override=members_may_override,
        zone=zone,
    )
    put(TEAM, identity, body, json=json)


@teams.command("visibility")
def visibility(
    identity: Id,
    *,
    team_only: Annotated[
        bool, typer.Option("--team-only/--everybody", help="Who sees the team's incidents.")
    ],
    json: AsJson = False,
) -> None:
    """Keep incidents of the team's services to the team, or show them to everybody again."""
    path = f"{TEAM.path}/{identity}/visibility"
    answer = Remote.from_environment().put(path, {"team_only": team_only})
    who = "the team and whoever has a part in one" if team_only else "everybody"
    shown.receipt(answer, f"Incidents of team {identity} are there for {who}.", json=json)


def members_in(people: Any, *, manager: bool) -> list[dict[str, Any]]:
    """Return the members that options name."""
    return [{"responder_id": one, "manager": manager} for one in people]


def written(member: dict[str, Any]) -> str:
    """Return a member as a list shows it."""
    return f"{member['responder_id']} (manager)" if member["manager"] else member["responder_id"]
