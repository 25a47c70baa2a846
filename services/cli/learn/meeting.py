"""Meeting commands: schedule the meeting about a postmortem, say who came, and end it."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()
meeting = typer.Typer(
    help="Meetings about postmortems: invitees, schedule, call-off, attended, note, end, rate.",
    no_args_is_help=True,
)
app.add_typer(meeting, name="meeting")


@meeting.command()
def show(incident: Which, *, json: AsJson = False) -> None:
    """Show the meeting about a postmortem, with the clock times of its agenda."""
    found = Remote.from_environment().get(_path_of(incident))
    if json:
        shown.as_json(found)
        return
    shown.facts(
        {
            "Begins": shown.minute(found["starts_at"]),
            "Place": found["place"],
            "Facilitator": found["facilitator_id"],
            "Invited": ", ".join(found["invited_ids"]),
            "Came": ", ".join(found["attendee_ids"]),
            "Called off": "yes" if found["called_off"] else None,
            "Afterwards": _rated(found),
        }
    )
    shown.table(("", "From", "Topic", "Notes"), map(_agenda_line(found["notes"]), found["agenda"]))


def _rated(found: Any) -> str | None:
    """Return what people said of it, once it is over."""
    ratings = found["ratings"]
    if ratings is None:
        return "too few have said what it gave them to show it" if found["ended_at"] else None
    return (
        f"of {ratings['answers']}, {ratings['learned']} learned something that changes their work,"
        f" {ratings['would_come_again']} would come again"
    )


def _agenda_line(notes: list[Any]) -> Callable[[Any], tuple[str, ...]]:
    def line(item: Any) -> tuple[str, ...]:
        said = " · ".join(one["text"] for one in notes if one["item"] == item["number"])
        topic = f"{item['topic']}: {item['focus']}" if item["focus"] else item["topic"]
        return str(item["number"]), shown.clock(item["starts_at"]), topic, said

    return line


@meeting.command()
def invitees(incident: Which, *, json: AsJson = False) -> None:
    """Show who is invited unless you name people, and why."""
    found = Remote.from_environment().get(f"{_path_of(incident)}/invitees")
    if json:
        shown.as_json(found)
        return
    shown.table(
        ("Who", "Why", "By mail"),
        [
            (one["responder_id"], ", ".join(one["parts"]), "yes" if one["has_email"] else "no")
            for one in found["invitees"]
        ],
    )


@meeting.command()
def schedule(
    incident: Which,
    starts_at: Annotated[str, typer.Argument(help="2026-12-02T14:00:00Z.")],
    place: Annotated[str | None, typer.Option(help="A room, or where to call.")] = None,
    facilitator: Annotated[str | None, typer.Option(help="Who leads it, by responder id.")] = None,
    invite: Annotated[
        list[str] | None, typer.Option(help="By responder id; left out: whoever had a part in it.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Schedule the meeting about a postmortem, or move it."""
    body = {
        "starts_at": starts_at,
        "place": place,
        "facilitator_id": facilitator,
        "invited_ids": invite or None,
    }
    answer = Remote.from_environment(speaking_for).put(_path_of(incident), body)
    shown.receipt(answer, f"The meeting about {incident} begins at {starts_at}.", json=json)
    if not json:
        for hint in answer["warnings"]:
            shown.say(hint, shown.NOTICE)


@meeting.command("call-off")
def call_off(
    incident: Which,
    reason: Annotated[str, typer.Option(help="Why; people read it later.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Call the meeting off."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.delete(_path_of(incident), {"reason": reason})
    shown.receipt(answer, f"The meeting about {incident} is called off.", json=json)


@meeting.command()
def attended(
    incident: Which,
    who: Annotated[str, typer.Argument(help="By responder id.")],
    speaking_for: For = None,
    *,
    absent: Annotated[bool, typer.Option("--absent", help="They were not there.")] = False,
    json: AsJson = False,
) -> None:
    """Say who came to the meeting."""
    remote = Remote.from_environment(speaking_for)
    path = f"{_path_of(incident)}/attendance/{who}"
    answer = remote.put(path, {"present": not absent})
    shown.receipt(answer, f"{who} {'did not come' if absent else 'came'}.", json=json)


@meeting.command()
def note(
    incident: Which,
    item: Annotated[int, typer.Argument(help="Of the agenda, from 1 on.")],
    text: Annotated[str, typer.Argument(help="What was said.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Keep what was said on an item of the agenda."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.post(f"{_path_of(incident)}/notes", {"item": item, "text": text})
    shown.receipt(answer, f"Noted at item {item}.", json=json)


@meeting.command()
def end(incident: Which, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Say that the meeting is over."""
    answer = Remote.from_environment(speaking_for).post(f"{_path_of(incident)}/end")
    shown.receipt(answer, f"The meeting about {incident} is over.", json=json)


@meeting.command()
def rate(
    incident: Which,
    speaking_for: For = None,
    *,
    learned: Annotated[
        bool,
        typer.Option(
            "--learned/--nothing-new", help="Did you learn something that changes your work?"
        ),
    ],
    again: Annotated[bool, typer.Option("--again/--not-again", help="Would you come again?")],
    json: AsJson = False,
) -> None:
    """Say what the meeting gave you; nobody is told who said what."""
    body = {"learned": learned, "would_come_again": again}
    answer = Remote.from_environment(speaking_for).put(f"{_path_of(incident)}/rating", body)
    shown.receipt(answer, "Thank you. It is counted without your name.", json=json)


def _path_of(incident: str) -> str:
    return f"/v1/incidents/{incident}/postmortem/meeting"
