"""Integration commands: monitors that may send alerts for a service."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.configure.nouns import Noun, added, group, revocable
from services.cli.options import AsJson
from services.cli.remote import Remote

INTEGRATION = Noun(
    name="integration",
    many="integrations",
    path="/v1/integrations",
    key="integration_id",
    columns={
        "Name": lambda one: one["name"],
        "State": lambda one: "revoked" if one["revoked_at"] else "open",
        "Service": lambda one: one["service_id"],
    },
)
app = typer.Typer()
integration = group(INTEGRATION, "add, revoke, list, show, addresses")
app.add_typer(integration, name="integration")


@integration.command()
def add(
    name: Annotated[str, typer.Argument(help="What people call it: Prometheus, eu-1.")],
    service: Annotated[str, typer.Option(help="The service that its alerts are about.")],
    *,
    json: AsJson = False,
) -> None:
    """Let a monitor send alerts; prints its key once."""
    body = {"name": name, "service_id": service}
    answer = Remote.from_environment().post(INTEGRATION.path, body)
    added(INTEGRATION, answer, json=json)


revocable(INTEGRATION, integration)


@integration.command()
def addresses(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The integration.")],
    *,
    json: AsJson = False,
) -> None:
    """Show where an integration takes mail: whoever knows an address can page people."""
    answer = Remote.from_environment().get(f"{INTEGRATION.path}/{identity}/mail-addresses")
    shown.as_json(answer) if json else shown.facts(answer)
