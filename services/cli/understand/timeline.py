"""Timeline command: what happened in an incident."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.text import Text

from projections.incidents.durations import spoken
from services.cli import shown
from services.cli.options import AsJson, Which
from services.cli.remote import Remote

app = typer.Typer()


@app.command()
def timeline(
    incident: Which,
    kind: Annotated[
        list[str] | None,
        typer.Option("--type", help="Types or their nouns: page, note; may be repeated."),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who, by responder id.")] = None,
    via: Annotated[str | None, typer.Option(help="How: api, cli, workflow, link.")] = None,
    phase: Annotated[str | None, typer.Option(help="In which phase.")] = None,
    text: Annotated[str | None, typer.Option(help="A part of a sentence or note.")] = None,
    *,
    json: AsJson = False,
) -> None:
    """Show the timeline, oldest first, with the time since the declaration."""
    path = f"/v1/incidents/{incident}/timeline"
    remote = Remote.from_environment()
    chosen = {"type": kind or None, "by": by, "via": via, "phase": phase, "q": text}
    entries = list(remote.all_of(path, "entries", "after", **chosen))
    if json:
        shown.as_json(entries)
        return
    shown.table(
        ("Time (UTC)", "Since", "Phase", "How", "What happened"),
        (
            (
                shown.clock(one["occurred_at"]),
                span(one["since_declared_seconds"]),
                one["phase"],
                one["via"],
                sentence(one),
            )
            for one in entries
        ),
    )
    shown.console.print(moments(remote.get(path, limit=1)["timestamps"]))


def sentence(entry: dict[str, Any]) -> Text:
    """Return what happened, and below it what a note says."""
    text = Text(entry["sentence"])
    note = entry["note"]
    if note and note["text"] and entry["type"] == "note.written":
        text.append(f"\n{note['text']}", style="italic")
    return text


def span(seconds: float) -> str:
    """Return a span of time as short as it can be read at night: +4:05, -0:30, +1:02:00."""
    minutes, rest = divmod(round(abs(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if seconds < 0 else "+"
    return f"{sign}{hours}:{minutes:02}:{rest:02}" if hours else f"{sign}{minutes}:{rest:02}"


def moments(timestamps: Iterable[dict[str, Any]]) -> Text:
    """Return the incident's turning points, each with its time from the declaration."""
    return Text("\n" + ", ".join(map(_moment, timestamps)) + ".", style="bold")


def _moment(one: dict[str, Any]) -> str:
    if one["timestamp"] == "declared":
        return f"declared at {shown.clock(one['at'])} UTC"
    span = timedelta(seconds=one["since_declared_seconds"])
    if not span:
        return f"{one['timestamp']} with the declaration"
    side = "before" if span < timedelta(0) else "after"
    return f"{one['timestamp']} {spoken(span)} {side} the declaration"
