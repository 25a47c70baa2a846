"""Escalation policy commands: who is paged, in which order, for how long."""

from typing import Annotated, Any

import typer

from services.cli.configure.bodies import File, body_of, seconds_in
from services.cli.configure.nouns import Id, Noun, group, put
from services.cli.options import AsJson

POLICY = Noun(
    name="escalation policy",
    many="escalation policies",
    path="/v1/escalation-policies",
    key="escalation_policy_id",
    columns={
        "Name": lambda one: one["name"],
        "Repeats": lambda one: str(one["repeats"]),
        "Levels": lambda one: " → ".join(map(written, one["levels"])),
    },
)
app = typer.Typer()
policy = group(POLICY, "set, list, show")
app.add_typer(policy, name="policy")


@policy.command("set")
def define(  # an option for each member
    identity: Id,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    level: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHO:TIMEOUT",
            help="People paged together and how long they may stay silent: ana,ben:5m."
            " Once for each level, in order.",
        ),
    ] = None,
    repeats: Annotated[
        int | None, typer.Option(help="Times to begin again after the last level.")
    ] = None,
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Create an escalation policy, or replace what it says."""
    levels = [level_in(one) for one in level] if level else None
    body = body_of(file, name=name, levels=levels, repeats=repeats)
    put(POLICY, identity, body, json=json)


def level_in(text: str) -> dict[str, Any]:
    """Return the level that an option names.

    Raises: typer.BadParameter.
    """
    people, colon, timeout = text.rpartition(":")
    if not colon:
        raise typer.BadParameter(f"{text!r} has no escalation timeout: write {text}:5m.")
    return {
        "responder_ids": [one.strip() for one in people.split(",")],
        "escalation_timeout_seconds": seconds_in(timeout),
    }


def written(level: dict[str, Any]) -> str:
    """Return a level as the option takes it."""
    return f"{','.join(level['responder_ids'])}:{level['escalation_timeout_seconds']}s"
