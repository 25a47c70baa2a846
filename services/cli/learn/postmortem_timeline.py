"""Curated timeline: what of the log stands in a postmortem, and what people add, at a terminal."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from events.postmortem.timeline import EntryChoice
from services.cli import shown
from services.cli.learn.postmortem import path_of, postmortem
from services.cli.options import AsJson, For, Which
from services.cli.remote import Problem, Remote

app = typer.Typer()  # the commands belong to the postmortems

LogPosition = Annotated[int, typer.Argument(help="Of the entry in the log; `timeline` shows it.")]
NAMED: Final = 8  # characters of an id, which a line has room for
AddedEntry = Annotated[
    str, typer.Argument(metavar="ENTRY", help="Id of what was added, or how it begins: `timeline`.")
]


@postmortem.command()
def timeline(
    incident: Which,
    *,
    everything: Annotated[bool, typer.Option("--all", help="What is left out, too.")] = False,
    json: AsJson = False,
) -> None:
    """Show its timeline, each entry with what the other commands name it by."""
    found = Remote.from_environment().get(path_of(incident, "/timeline"))
    if json:
        shown.as_json(found)
        return
    rows = (
        (_name(one), shown.clock(one["at"]), _choice(one), _text(one))
        for one in found["entries"]
        if everything or one["shown"]
    )
    shown.table(("Entry", "At (UTC)", "Choice", "What"), rows)
    newer = f"; {found['newer']} came since the review" if found["newer"] else ""
    shown.say(f"{found['shown']} of {found['of']} entries, {found['added']} added{newer}.")


def _name(one: Mapping[str, Any]) -> str:
    return str(one["position"] or one["entry_id"][:NAMED])


def _choice(one: Mapping[str, Any]) -> str:
    if one["entry_id"]:
        return "added"
    return "pinned" if one["pinned"] else "shown" if one["shown"] else "hidden"


def _text(one: Mapping[str, Any]) -> str:
    parts = (one["text"], one["annotation"], one["source_url"])
    return "\n".join(part for part in parts if part)


@postmortem.command()
def entry(
    incident: Which,
    position: LogPosition,
    choice: Annotated[EntryChoice, typer.Argument(help="What becomes of it.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Show, hide or pin an entry of the timeline in the postmortem; the log keeps all."""
    remote = Remote.from_environment(speaking_for)
    path = path_of(incident, f"/timeline/{position}/choice")
    shown.receipt(remote.put(path, {"choice": choice}), f"The entry is {choice}.", json=json)


@postmortem.command()
def annotate(
    incident: Which,
    position: LogPosition,
    text: Annotated[str, typer.Argument(help='What you know beyond the log; "": nothing more.')],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Say more of an entry than the log does."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.put(path_of(incident, f"/timeline/{position}/annotation"), {"text": text})
    said = "annotated" if text.strip() else "as the log has it"
    shown.receipt(answer, f"The entry is {said}.", json=json)


@postmortem.command()
def add(
    incident: Which,
    happened_at: Annotated[str, typer.Argument(help="2026-11-23T11:42:00Z.")],
    text: Annotated[str, typer.Argument(help="What happened outside.")],
    source: Annotated[str | None, typer.Option(help="Where it is known from: https://…")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Add to its timeline what happened outside."""
    body = {"happened_at": happened_at, "text": text, "source_url": source}
    answer = Remote.from_environment(speaking_for).post(path_of(incident, "/timeline/added"), body)
    shown.receipt(answer, "It stands in the timeline.", json=json)


@postmortem.command("change-entry")
def change_entry(
    incident: Which,
    entry_id: AddedEntry,
    text: Annotated[str, typer.Argument(help="What happened outside, said anew.")],
    happened_at: Annotated[str | None, typer.Option("--at", help="2026-11-23T11:42:00Z.")] = None,
    source: Annotated[str | None, typer.Option(help='Where it is known from; "": nowhere.')] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Say anew what was added; what is left out stays."""
    remote = Remote.from_environment(speaking_for)
    old = _added(remote, incident, entry_id)
    body = {
        "happened_at": happened_at or old["at"],
        "text": text,
        "source_url": (old["source_url"] if source is None else source) or None,
    }
    answer = remote.put(path_of(incident, f"/timeline/added/{old['entry_id']}"), body)
    shown.receipt(answer, "The entry is changed.", json=json)


@postmortem.command("remove-entry")
def remove_entry(
    incident: Which, entry_id: AddedEntry, speaking_for: For = None, *, json: AsJson = False
) -> None:
    """Take an added entry out of the timeline; the log keeps that it was there."""
    remote = Remote.from_environment(speaking_for)
    one = _added(remote, incident, entry_id)
    answer = remote.delete(path_of(incident, f"/timeline/added/{one['entry_id']}"))
    shown.receipt(answer, "The entry stands there no more.", json=json)


def _added(remote: Remote, incident: str, begins: str) -> Mapping[str, Any]:
    """Return the one added entry whose id begins so.

    Raises: Problem.
    """
    entries = remote.get(path_of(incident, "/timeline"))["entries"]
    found = [one for one in entries if (one["entry_id"] or "").startswith(begins.lower())]
    if len(found) != 1 or not begins:
        raise Problem(
            f"{len(found) or 'No'} entries added to {incident} begin with “{begins}”.",
            f"Name one: `tocsin postmortem timeline {incident}` shows them.",
        )
    entry: Mapping[str, Any] = found[0]
    return entry
