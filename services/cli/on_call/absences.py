"""Absence commands: when a person is away."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.configure.nouns import report
from services.cli.on_call.clocks import moment
from services.cli.options import AsJson, For
from services.cli.remote import Remote

app = typer.Typer()
absences = typer.Typer(help="Absences of people: list, add, import, remove.", no_args_is_help=True)
app.add_typer(absences, name="absences")

Person = Annotated[str, typer.Argument(metavar="RESPONDER", help="Whose absences.")]
Zone = Annotated[str, typer.Option(help="Zone of times without one.")]
HOW = "2026-12-24 18:00 in the zone, +2d, or 2026-12-24T17:00:00Z."


@absences.command("list")
def every(responder: Person, *, json: AsJson = False) -> None:
    """List when somebody is away, by when it begins."""
    answer = Remote.from_environment().get(f"/v1/responders/{responder}/absences")
    if json:
        shown.as_json(answer)
        return
    rows = [
        (
            on_the_day(one["starts_at"]),
            on_the_day(one["ends_at"]),
            one["calendar"] or "by hand",
            one["absence_id"],
        )
        for one in answer["absences"]
    ]
    shown.table(("From (UTC)", "Until (UTC)", "Said by", "Id"), rows)


@absences.command()
def add(
    responder: Person,
    begin: Annotated[str, typer.Option("--from", help=f"From when: {HOW}")],
    until: Annotated[str, typer.Option(help="Until when; that moment they are there again.")],
    zone: Zone = "UTC",
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Say that somebody will be away. Nobody is taken off a schedule by it."""
    body = {"starts_at": moment(begin, zone), "ends_at": moment(until, zone)}
    path = f"/v1/responders/{responder}/absences"
    answer = Remote.from_environment(speaking_for).post(path, body)
    report(answer, f"Entered absence {answer['absence_id']} of {responder}.", json=json)


@absences.command("import")
def take_over(
    responder: Person,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An .ics file; - is the input.")],
    calendar: Annotated[str, typer.Option(help="Its name; again replaces what it said.")] = "own",
    zone: Zone = "UTC",
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Take over when somebody is away from a calendar of theirs, for two years."""
    try:
        content = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise typer.BadParameter(f"{file} cannot be read: {fault}.", param_hint="FILE") from fault
    body: dict[str, Any] = {"content": content, "zone": zone}
    path = f"/v1/responders/{responder}/absence-calendars/{calendar}"
    answer = Remote.from_environment(speaking_for).put(path, body)
    report(answer, f"Took over calendar {calendar} of {responder}.", json=json)


@absences.command()
def remove(
    responder: Person,
    absence: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Say that somebody will be there after all."""
    path = f"/v1/responders/{responder}/absences/{absence}"
    answer = Remote.from_environment(speaking_for).delete(path)
    report(answer, f"Removed the absence of {responder}.", json=json)


def on_the_day(instant: str) -> str:
    """Return day and time with the year: people are away in the next one too."""
    return f"{datetime.fromisoformat(instant).astimezone(UTC):%Y-%m-%d %H:%M}"
