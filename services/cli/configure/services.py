"""Service commands: what breaks, and who is paged for it."""

from typing import Annotated

import typer

from events.service.alert_handling import STORM_ABOVE
from services.cli.configure.bodies import File, body_of
from services.cli.configure.nouns import Id, Noun, group, put, report
from services.cli.options import AsJson
from services.cli.remote import Remote
from services.cli.respond.handing_on import seconds_in

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
service = group(SERVICE, "set, alerts, list, show")
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


@service.command("alerts")
def handle_alerts(
    identity: Id,
    auto_resolve_after: Annotated[
        str | None, typer.Option(help="Without news an alert ends: 4h. Left out: never.")
    ] = None,
    reopen_within: Annotated[
        str | None,
        typer.Option(help="A resolved incident is reopened by its alerts: 10m. Left out: never."),
    ] = None,
    storm_above: Annotated[
        int, typer.Option(help="Incidents of an integration within a minute; 0: no limit.")
    ] = STORM_ABOVE,
    *,
    json: AsJson = False,
) -> None:
    """Say when the service's alerts end by silence, reopen an incident, and are a storm."""
    body = {
        "auto_resolve_after_seconds": auto_resolve_after and seconds_in(auto_resolve_after),
        "reopen_within_seconds": reopen_within and seconds_in(reopen_within),
        "storm_above": storm_above or None,
    }
    answer = Remote.from_environment().put(
        f"{SERVICE.path}/{identity}/alert-handling", {"alert_handling": body}
    )
    report(answer, f"Changed how alerts of service {identity} are taken.", json=json)
