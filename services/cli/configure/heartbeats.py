"""Heartbeat commands: pings that jobs owe us, and what their silence means."""

from typing import Annotated, Any

import typer

from services.cli.configure.bodies import File, body_of
from services.cli.configure.nouns import Id, Noun, group, put, report
from services.cli.options import AsJson
from services.cli.remote import Remote
from services.cli.respond.handing_on import seconds_in

HEARTBEAT = Noun(
    name="heartbeat",
    many="heartbeats",
    path="/v1/heartbeats",
    key="heartbeat_id",
    columns={
        "Name": lambda one: one["name"],
        "Stands": lambda one: one["pulse"] or "ended",
        "Last ping": lambda one: one["succeeded_at"] or "—",
        "Silent from": lambda one: one["pulse_at"] or "—",
        "Integration": lambda one: one["integration_id"],
    },
)
app = typer.Typer()
heartbeats = group(HEARTBEAT, "set, end, list, show")
app.add_typer(heartbeats, name="heartbeats")


@heartbeats.command("set")
def define(
    identity: Id,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    integration: Annotated[
        str | None, typer.Option(help="The integration whose key pings it.")
    ] = None,
    every: Annotated[str | None, typer.Option(help="Between two pings: 5m, 24h.")] = None,
    grace: Annotated[str | None, typer.Option(help="That a ping may be late: 10m, 1h.")] = None,
    severity: Annotated[str | None, typer.Option(help="Of its alert: SEV1 to SEV4.")] = None,
    message: Annotated[str | None, typer.Option(help="The title of its alert.")] = None,
    team: Annotated[str | None, typer.Option(help="Whose job it is.")] = None,
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Expect a ping, or replace what is expected."""
    body = body_of(
        file,
        name=name,
        integration_id=integration,
        interval_seconds=_seconds(every),
        grace_seconds=_seconds(grace),
        severity=severity,
        message=message,
        team_id=team,
    )
    put(HEARTBEAT, identity, body, json=json)


@heartbeats.command("end")
def end(identity: Id, *, json: AsJson = False) -> None:
    """Expect no ping any more."""
    answer: Any = Remote.from_environment().delete(f"{HEARTBEAT.path}/{identity}")
    report(answer, f"Ended heartbeat {identity}.", json=json)


def _seconds(duration: str | None) -> int | None:
    return None if duration is None else seconds_in(duration)
