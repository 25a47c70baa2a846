"""Escalation policy commands: who is paged, in which order, for how long."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.configure.bodies import File, body_of, seconds_in
from services.cli.configure.nouns import Id, Noun, group, put
from services.cli.options import AsJson
from services.cli.remote import Remote

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
policies = group(POLICY, "set, list, show, dry-run, backtest")
app.add_typer(policies, name="policies")


@policies.command("set")
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
    hand_over_to: Annotated[
        str | None, typer.Option(help="The policy that goes on when all of that is through.")
    ] = None,
    tell: Annotated[
        list[str] | None,
        typer.Option(metavar="WHO", help="Told when nobody has answered; once for each."),
    ] = None,
    team: Annotated[
        str | None, typer.Option(help="Owns it: told of what is wrong with it.")
    ] = None,
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Create an escalation policy, or replace what it says."""
    levels = [level_in(one) for one in level] if level else None
    body = body_of(
        file,
        name=name,
        levels=levels,
        repeats=repeats,
        hand_over_to=hand_over_to,
        on_exhausted=[target_in(one) for one in tell] if tell else None,
        team_id=team,
    )
    put(POLICY, identity, body, json=json)


@policies.command("dry-run")
def dry_run(
    identity: Id,
    at: Annotated[
        str | None,
        typer.Option(help="When: 2026-11-29T03:00:00Z. Left out: now, and on Sunday at 03:00."),
    ] = None,
    zone: Annotated[str | None, typer.Option(help="Of that Sunday: Europe/Berlin.")] = None,
    severity: Annotated[str | None, typer.Option(help="Of the incident: SEV1 to SEV4.")] = None,
    service: Annotated[str | None, typer.Option(help="That the incident is about.")] = None,
    *,
    json: AsJson = False,
) -> None:
    """Say who would be paged, level by level, over which channels; nobody is."""
    asked = {"at": at, "zone": zone, "severity": severity, "service_id": service}
    query = {name: value for name, value in asked.items() if value is not None}
    answer = Remote.from_environment().get(f"{POLICY.path}/{identity}/dry-run", **query)
    if json:
        shown.as_json(answer)
        return
    for moment in answer["moments"]:
        shown.say(f"From {moment['at']} on:")
        rows = [(str(one["level"]), one["at"], tried(one)) for one in moment["levels"]]
        rows += [("end", "", who(moment["on_exhausted"]))] if moment["on_exhausted"] else []
        shown.table(("Level", "Reached at", "Who is paged"), rows)


def tried(level: dict[str, Any]) -> str:
    """Return whom a level would page, or why it would page nobody."""
    if level["skipped"]:
        return f"left out: {level['skipped']}"
    if level["empty"]:
        return f"NOBODY: {level['empty']}"
    return who(level["people"])


def who(people: list[dict[str, Any]]) -> str:
    """Return people with the target that led to them, and their channels."""
    return ", ".join(
        f"{one['responder_id']}{because(one)} by {' and '.join(one['channels'])}" for one in people
    )


def because(person: dict[str, Any]) -> str:
    """Return what led to somebody who was not named: " (schedule:primary)"."""
    named = person["because"]["responder_id"] is not None
    return "" if named else f" ({target_written(person['because'])})"


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
