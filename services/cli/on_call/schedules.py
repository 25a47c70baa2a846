"""Schedule commands: who takes turns, and what comes of it shift by shift."""

from datetime import date
from typing import Annotated, Any, Final

import typer

from events.on_call.layer import Frequency
from services.cli import shown
from services.cli.configure.bodies import File, body_of
from services.cli.configure.nouns import Id, Noun, group, put, report
from services.cli.on_call import shown_shifts
from services.cli.on_call.clocks import HOW, moment
from services.cli.on_call.rotating import rotation
from services.cli.options import AsJson
from services.cli.remote import Remote

SCHEDULE = Noun(
    name="schedule",
    many="schedules",
    path="/v1/schedules",
    key="schedule_id",
    columns={
        "Name": lambda one: one["name"],
        "Team": lambda one: one["team_id"] or "—",
        "Zone": lambda one: one["zone"],
        "Layers": lambda one: "ended" if one["ended_at"] else written(one["layers"]),
    },
)
ROTATION: Final = "rotation"  # the layer that options describe
app = typer.Typer()
schedules = group(SCHEDULE, "set, list, show, shifts, coverage, fairness, warnings, backtest, end")
app.add_typer(schedules, name="schedules")


@schedules.command("set")
def define(
    identity: Id,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    zone: Annotated[str | None, typer.Option(help="Whose clocks count: Europe/Berlin.")] = None,
    rotate: Annotated[
        str | None,
        typer.Option(
            metavar="WHO",
            help="Who takes turns, in order: ana,ben,cem. Two at once: ana+ben,cem+dan.",
        ),
    ] = None,
    every: Annotated[
        str, typer.Option(metavar="TURN", help="How long a turn is: 12h, 1d, 1w, 2w, 1mo.")
    ] = "1w",
    hand_off: Annotated[
        str, typer.Option(metavar="WHEN", help="Day and time of the hand-off: mon 10:00.")
    ] = "mon 10:00",
    first: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Of the first hand-off: 2026-11-30. Else the last one."),
    ] = None,
    team: Annotated[str | None, typer.Option(help="Whose schedule it is.")] = None,
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Create a schedule, or replace what it says from now on."""
    body = body_of(file, name=name, zone=zone, team_id=team)
    if rotate is not None:
        where = body.get("zone")
        if where is None:
            raise typer.BadParameter("Say whose clocks count: --zone Europe/Berlin.")
        turns = rotation(rotate, every=every, hand_off=hand_off, first=first, zone_name=where)
        if first is None:
            turns |= grid_kept(identity, turns)
        body["layers"] = [{"layer_id": ROTATION, "name": "Rotation", "rotation": turns}]
    if "layers" not in body:
        raise typer.BadParameter("Say who takes turns: --rotate ana,ben, or layers in --file.")
    put(SCHEDULE, identity, body, json=json)


@schedules.command("end")
def end(identity: Id, *, json: AsJson = False) -> None:
    """Have nobody on call in a schedule any more; what was, stays as it was."""
    answer = Remote.from_environment().delete(f"{SCHEDULE.path}/{identity}")
    report(answer, f"Ended schedule {identity}.", json=json)


@schedules.command("shifts")
def shifts(
    identity: Id,
    begin: Annotated[str, typer.Option("--from", help=f"From when: {HOW}")] = "now",
    until: Annotated[str | None, typer.Option(help="Until when; else 14 days.")] = None,
    *,
    strip: Annotated[
        bool, typer.Option("--strip", help="A line for each day, in colours, not a table.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Show who is on call shift by shift, with the gaps and what caused them."""
    remote = Remote.from_environment()
    zone = zone_of(remote, identity)
    window = {"from": moment(begin, zone), "until": None if until is None else moment(until, zone)}
    answer = remote.get(f"{SCHEDULE.path}/{identity}/shifts", **window)
    if json:
        shown.as_json(answer)
    elif strip:
        shown_shifts.strip(answer["shifts"], answer["zone"])
    else:
        shown_shifts.table(answer["shifts"], answer["zone"])


def grid_kept(schedule_id: str, turns: dict[str, Any]) -> dict[str, Any]:
    """Return the first hand-off of the rotation there is, if it hands over at the same times.

    So that the same command a week later changes nobody's turn.
    Raises: Problem.
    """
    found = Remote.from_environment().get(SCHEDULE.path)[SCHEDULE.member]
    rotations = (
        layer["rotation"]
        for one in found
        if one["schedule_id"] == schedule_id
        for layer in one["layers"]
        if layer["layer_id"] == ROTATION
    )
    for before in rotations:
        if grid_of(before) == grid_of(turns):
            return {"first_hand_off": before["first_hand_off"]}
    return {}


def grid_of(turns: dict[str, Any]) -> tuple[object, ...]:
    """Return when a rotation hands over, whichever week it began in."""
    weekday = date.fromisoformat(turns["first_hand_off"]).weekday()
    weekly = turns["frequency"] == Frequency.WEEKLY
    times = (turns["hand_off_at"], turns["frequency"], turns["every"])
    return (*times, weekday if weekly else None)


def zone_of(remote: Remote, schedule_id: str) -> str:
    """Return the zone in which a schedule's times are read.

    Raises: Problem.
    """
    zone: str = remote.get(f"{SCHEDULE.path}/{schedule_id}")["zone"]
    return zone


def written(layers: list[dict[str, Any]]) -> str:
    """Return the layers of a schedule as a list shows them."""
    return "; ".join(
        f"{one['name']}: {' → '.join('+'.join(slot) or '-' for slot in one['rotation']['slots'])}"
        for one in layers
    )
