"""Service commands: what breaks, and who is paged for it."""

from typing import Annotated

import typer

from services.cli.configure.bodies import File, body_of
from services.cli.configure.nouns import Id, Noun, group, put
from services.cli.options import AsJson

SERVICE = Noun(
    name="service",
    many="services",
    path="/v1/services",
    key="service_id",
    columns={
        "Name": lambda one: one["name"],
        "Team": lambda one: one["team_id"] or "—",
        "Escalation policy": lambda one: one["escalation_policy_id"] or "—",
    },
)
app = typer.Typer()
service = group(SERVICE, "set, list, show")
app.add_typer(service, name="service")


@service.command("set")
def define(
    identity: Id,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    policy: Annotated[
        str | None, typer.Option(help="The escalation policy that its incidents page.")
    ] = None,
    team: Annotated[str | None, typer.Option(help="Whose service it is.")] = None,
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Create a service, or replace what is known of it."""
    body = body_of(file, name=name, escalation_policy_id=policy, team_id=team)
    if "escalation_policy_id" not in body:
        raise typer.BadParameter(f"Say who is paged for {identity}: --policy, or null in --file.")
    put(SERVICE, identity, body, json=json)
