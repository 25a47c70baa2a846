"""Replay command: an incident's history, step by step."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from services.cli import shown
from services.cli.options import Which
from services.cli.remote import Problem, Remote, parsed
from services.cli.respond.incidents import incident_facts
from services.cli.understand.listening import followed
from services.cli.understand.replaying import Change, Replay, Step

app = typer.Typer()

LONGEST = 200  # characters of one value

At = Annotated[
    str | None, typer.Option(metavar="TIME|POSITION", help="Up to then; and the state it had then.")
]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on live, until Ctrl-C.")]
AsLines = Annotated[bool, typer.Option("--json", help="Print one JSON document for each event.")]


@app.command()
def replay(
    incident: Which, at: At = None, *, follow: Follow = False, json: AsLines = False
) -> None:
    """Replay an incident: each event, and what it changed."""
    if at is not None and follow:
        raise Problem("--at or --follow, not both.", "The past does not go on.")
    remote = Remote.from_environment()
    then = remote.get(f"/v1/incidents/{incident}", as_of=at)
    until = int(then["position"]) if at is not None else None
    seen = 0
    with Replay() as replayed:
        for step in map(replayed.step, _events(remote, incident, until, follow=follow)):
            seen += 1
            print_json(step) if json else print_step(step)
    if not json and at is not None:
        moment = shown.clock(then["updated_at"])
        shown.console.rule(f"as of {at}: {seen} events, the last at {moment} UTC", align="left")
        shown.facts(incident_facts(then))


def _events(
    remote: Remote, incident: str, until: int | None, *, follow: bool
) -> Iterator[dict[str, Any]]:
    last = 0
    for line in remote.lines("/v1/events", "application/x-ndjson", incident=incident):
        view = parsed(line)
        if until is not None and int(view["position"]) > until:
            return
        last = int(view["position"])
        yield view
    if follow:
        yield from followed(remote, incident, last)


def print_json(step: Step) -> None:
    """Print a step as one line of JSON."""
    shown.as_json(asdict(step), indent=None)


def print_step(step: Step) -> None:
    """Print a step for people: the event, and below it what it changed."""
    rows = Table.grid(padding=(0, 2), expand=False)
    rows.add_column(style="dim", no_wrap=True, justify="right", min_width=5)
    rows.add_column(no_wrap=True, min_width=24)
    rows.add_column(overflow="fold")
    event = Text.assemble((step.sentence, "bold"), (f"  {step.type}", "dim italic"))
    rows.add_row(str(step.position), Text(shown.clock(step.recorded_at), style="cyan"), event)
    for change in step.changes:
        rows.add_row("", Text(change.field, style="dim"), _difference(change))
    shown.console.print(rows)


def _difference(change: Change) -> Text:
    before, after = _readable(change.before), _readable(change.after)
    if before and after:
        return Text.assemble((before, "red"), (" → ", "dim"), (after, "green"))
    return Text(f"+ {after}", "green") if after else Text(f"- {before}", "red")


def _readable(value: Any) -> str:
    """Return a value as people read it: times short, ids left out of what is added whole."""
    match value:
        case dict():
            known = {name: part for name, part in value.items() if part and not _is_id(part)}
            parts = (f"{name.replace('_', ' ')} {_readable(known[name])}" for name in known)
            text = ", ".join(parts)
        case list():
            text = ", ".join(map(_readable, value))
        case None | "":
            return ""
        case str() if _is_time(value):
            text = shown.clock(value)
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == len(str(UUID(value)))
    except ValueError:
        return False


def _is_time(value: str) -> bool:
    try:
        return "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
