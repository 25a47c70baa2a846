"""Team commands: who works together, and who answers for what they own."""

from typing import Annotated, Any

import typer

from services.cli.configure.bodies import File, body_of
from services.cli.configure.nouns import Id, Noun, group, put
from services.cli.options import AsJson

TEAM = Noun(
    name="team",
    many="teams",
    path="/v1/teams",
    key="team_id",
    columns={
        "Name": lambda one: one["name"],
        "Members": lambda one: ", ".join(map(written, one["members"])) or "—",
    },
)
app = typer.Typer()
teams = group(TEAM, "set, list, show")
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
    json: AsJson = False,
) -> None:
    """Create a team, or replace what is known of it."""
    members = [*members_in(manager or (), manager=True), *members_in(member or (), manager=False)]
    put(TEAM, identity, body_of(file, name=name, members=members or None), json=json)


def members_in(people: Any, *, manager: bool) -> list[dict[str, Any]]:
    """Return the members that options name."""
    return [{"responder_id": one, "manager": manager} for one in people]


def written(member: dict[str, Any]) -> str:
    """Return a member as a list shows it."""
    return f"{member['responder_id']} (manager)" if member["manager"] else member["responder_id"]
