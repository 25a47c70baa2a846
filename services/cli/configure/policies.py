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
            help="Who is paged together, and how long they may stay silent: ana,ben:5m,"
            " schedule:primary:5m, schedule:primary:next:10m, team:payments:10m."
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
    who, colon, timeout = text.rpartition(":")
    if not colon:
        raise typer.BadParameter(f"{text!r} has no escalation timeout: write {text}:5m.")
    return {
        "targets": [target_in(one.strip()) for one in who.split(",")],
        "escalation_timeout_seconds": seconds_in(timeout),
    }


def target_in(text: str) -> dict[str, str]:
    """Return the target that an option names: ana, schedule:primary, schedule:primary:next, team:t.

    Raises: typer.BadParameter.
    """
    match text.split(":"):
        case [responder]:
            return {"responder_id": responder}
        case ["schedule", schedule]:
            return {"schedule_id": schedule}
        case ["schedule", schedule, "current" | "next" as turn]:
            return {"schedule_id": schedule, "turn": turn}
        case ["team", team]:
            return {"team_id": team}
        case _:
            raise typer.BadParameter(
                f"{text!r} names nobody: write ana, schedule:primary, schedule:primary:next"
                " or team:payments."
            )


def written(level: dict[str, Any]) -> str:
    """Return a level as the option takes it."""
    who = ",".join(map(target_written, level["targets"]))
    return f"{who}:{level['escalation_timeout_seconds']}s"


def target_written(target: dict[str, Any]) -> str:
    """Return a target as the option takes it."""
    if schedule := target.get("schedule_id"):
        following = ":next" if target.get("turn") == "next" else ""
        return f"schedule:{schedule}{following}"
    team = target.get("team_id")
    return f"team:{team}" if team else str(target["responder_id"])
