"""Integration commands: monitors that may send alerts for a service."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.configure.bodies import seconds_in
from services.cli.configure.nouns import Id, Noun, added, group, report, revocable
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
        "Signed": lambda one: "yes" if one["is_signed"] else "no",
    },
)
app = typer.Typer()
integration = group(INTEGRATION, "add, rotate, revoke, list, show, addresses")
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


@integration.command()
def sign(
    identity: Id,
    secret: Annotated[
        str,
        typer.Option(
            prompt="Signing secret",
            hide_input=True,
            envvar="TOCSIN_SIGNING_SECRET",
            help="What the sender signs with. Without the option it is asked for, and not shown.",
        ),
    ],
    *,
    json: AsJson = False,
) -> None:
    """Take only messages that are signed with a secret; it replaces the one before at once."""
    answer = Remote.from_environment().put(_secret_of(identity), {"signing_secret": secret})
    report(answer, f"Integration {identity} takes only signed messages.", json=json)


@integration.command()
def unsign(identity: Id, *, json: AsJson = False) -> None:
    """Take messages without a signature again: the key is enough."""
    answer: Any = Remote.from_environment().delete(_secret_of(identity))
    report(answer, f"Integration {identity} takes messages without a signature.", json=json)


@integration.command()
def rotate(
    identity: Id,
    grace: Annotated[
        str, typer.Option(help="How long the key of before stays good: 0s, 1h, 7d.")
    ] = "24h",
    *,
    json: AsJson = False,
) -> None:
    """Give a monitor another key, printed once; its old one stays good for a while."""
    body = {"grace_seconds": seconds_in(grace)}
    path = f"{INTEGRATION.path}/{identity}/key-rotation"
    answer: Any = Remote.from_environment().post(path, body)
    added(INTEGRATION, answer, json=json)
    if not json:
        shown.say(f"The key of before is good until {answer['former_until']}.", shown.NOTICE)


def _secret_of(integration_id: str) -> str:
    return f"{INTEGRATION.path}/{integration_id}/signing-secret"


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
