"""Postmortem commands: begin, read, write, review, publish and waive one, at a terminal."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from events.postmortem.document.factors import FactorKind
from events.postmortem.document.publishing import Visibility
from events.postmortem.document.sections import Section
from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Problem, Remote

app = typer.Typer()
postmortem = typer.Typer(
    help="Postmortems: begin, write, curate, explain, review, approve, publish, waive.",
    no_args_is_help=True,
)
app.add_typer(postmortem, name="postmortem")

Reason = Annotated[str, typer.Option("--reason", help="Why; people read it later.")]
Number = Annotated[int, typer.Argument(help="Of the factor; `whys` shows it.")]
ENDS = " (ends at a person: what made it possible?)"
ReadRevision = Annotated[
    int | None,
    typer.Option(
        "--based-on", metavar="REVISION", help="The revision you have read; left out: the newest."
    ),
]


def path_of(incident: str, noun: str = "") -> str:
    """Return where the API has the postmortem, or a part of it."""
    return f"/v1/incidents/{incident}/postmortem{noun}"


@postmortem.command()
def show(incident: Which, *, json: AsJson = False) -> None:
    """Show the postmortem, in Markdown; what nobody has written is what the log says."""
    remote = Remote.from_environment()
    if json:
        shown.as_json(remote.get(path_of(incident)))
    else:
        shown.say(str(remote.get(path_of(incident, ".md"))))


@postmortem.command()
def status(incident: Which, *, json: AsJson = False) -> None:
    """Show how far it is, what is missing in it, and the revision of each section."""
    one = Remote.from_environment().get(path_of(incident))
    if json:
        shown.as_json(one)
        return
    valid = sum(not approval["stale"] for approval in one["approvals"])
    shown.facts(
        {
            "State": "approved"
            if one["approved"]
            else one["state"]
            if one["begun"]
            else "not begun",
            "Edition": str(one["edition"]),
            "Author": one["author_id"] or "nobody yet",
            "Due": _due(one),
            "Approvals": f"{valid} of {one['approvals_needed']}",
            "Missing": ", ".join(one["missing"]) or "nothing",
        }
    )
    rows = ((part["section"], str(part["revision"]), _words_on(part)) for part in one["sections"])
    shown.table(("Section", "Revision", "Text"), rows)


def _state(one: dict[str, Any]) -> str:
    if not one["begun"]:
        return "not begun"
    return "approved" if one["approved"] else str(one["state"])


def _due(one: dict[str, Any]) -> str | None:
    due = one["due_at"]
    return f"{due}, overdue" if due and one["due"] == "overdue" else due


def _words_on(part: dict[str, Any]) -> str:
    if part["erased"]:
        return "erased"
    offered = "; the log says something else now" if part["log_says"] else ""
    return f"what the log says{offered}" if part["computed"] else f"{part['written_by']}{offered}"


@postmortem.command()
def begin(
    incident: Which,
    author: Annotated[
        str | None, typer.Option(help="Who sees to it; left out: the incident commander.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Begin one by hand; that of a resolved SEV1 or SEV2 begins by itself."""
    answer = Remote.from_environment(speaking_for).post(path_of(incident), {"author_id": author})
    shown.receipt(answer, f"The postmortem of {incident} has begun.", json=json)


@postmortem.command()
def author(
    incident: Which,
    responder: Annotated[str, typer.Argument(help="Their responder id.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Have somebody else see to it that it is written."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.put(path_of(incident, "/author"), {"author_id": responder})
    shown.receipt(answer, f"{responder} is its author.", json=json)


@postmortem.command()
def write(
    incident: Which,
    section: Annotated[Section, typer.Argument(help="Which one.")],
    file: Annotated[Path, typer.Argument(help="Its text in Markdown; - is standard input.")],
    based_on: ReadRevision = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Write a section. Where somebody was faster, both texts and their merge are shown."""
    text = sys.stdin.read() if str(file) == "-" else _read(file)
    remote = Remote.from_environment(speaking_for)
    path = path_of(incident, f"/sections/{section}")
    revision = remote.get(path)["revision"] if based_on is None else based_on
    try:
        answer = remote.put(path, {"text": text}, version=revision)
    except Problem as problem:
        if problem.body.get("code") != "section-changed" or json:
            raise
        _show_both(problem.body)
        raise
    shown.receipt(answer, f"Wrote {section} of {incident}.", json=json)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise Problem(f"Cannot read {file}: {fault}.", "Name a text file in UTF-8.") from fault


def _show_both(body: dict[str, Any]) -> None:
    shown.say(f"What {body['written_by']} wrote (revision {body['revision']}):", shown.NOTICE)
    shown.say(body["theirs"])
    if body["merged"] is not None:
        shown.say("Both together:", shown.NOTICE)
        shown.say(body["merged"])
    shown.say(f"Then: --based-on {body['revision']}", shown.NOTICE)


@postmortem.command()
def comment(
    incident: Which,
    section: Annotated[Section, typer.Argument(help="On which one.")],
    text: Annotated[str, typer.Argument(help="What you have to say of it.")],
    based_on: ReadRevision = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Comment on a section, as it reads at a revision."""
    remote = Remote.from_environment(speaking_for)
    path = path_of(incident, f"/sections/{section}")
    revision = remote.get(path)["revision"] if based_on is None else based_on
    answer = remote.post(f"{path}/comments", {"revision": revision, "text": text})
    shown.receipt(answer, f"You commented on {section} at revision {revision}.", json=json)


@postmortem.command()
def comments(incident: Which, *, json: AsJson = False) -> None:
    """List what was said of its sections, each at the revision that it is about."""
    found = Remote.from_environment().get(path_of(incident))["comments"]
    if json:
        shown.as_json(found)
        return
    rows = ((one["section"], str(one["revision"]), one["by"], one["text"]) for one in found)
    shown.table(("Section", "Revision", "By", "Comment"), rows)


@postmortem.command()
def factor(
    incident: Which,
    text: Annotated[str, typer.Argument(help="What played a part.")],
    kind: Annotated[FactorKind, typer.Option(help="Which part it played.")],
    category: Annotated[str, typer.Option(help="Of causes, by its id.")],
    because_of: Annotated[
        int | None, typer.Option(help='The number of the factor whose "why?" it answers.')
    ] = None,
    change: Annotated[str | None, typer.Option(help="The reported change that it names.")] = None,
    speaking_for: For = None,
    *,
    primary: Annotated[bool, typer.Option("--primary", help="It counts as the cause.")] = False,
    json: AsJson = False,
) -> None:
    """Record what set it off, let it, hid it or slowed us."""
    body = {
        "factor_kind": kind,
        "category": category,
        "text": text,
        "because_of": because_of,
        "primary": primary,
        "change_id": change,
    }
    answer = Remote.from_environment(speaking_for).post(path_of(incident, "/factors"), body)
    shown.receipt(answer, f"It is a factor of {incident}.", json=json)


@postmortem.command("change-factor")
def change_factor(
    incident: Which,
    number: Number,
    text: Annotated[str, typer.Argument(help="What played a part, said anew.")],
    kind: Annotated[FactorKind | None, typer.Option(help="Which part it played.")] = None,
    category: Annotated[str | None, typer.Option(help="Of causes, by its id.")] = None,
    because_of: Annotated[
        int | None, typer.Option(min=0, help='The factor whose "why?" it answers; 0: none.')
    ] = None,
    change: Annotated[
        str | None, typer.Option(help='The reported change that it names; "": none.')
    ] = None,
    speaking_for: For = None,
    *,
    primary: Annotated[
        bool | None, typer.Option("--primary/--secondary", help="Whether it counts as the cause.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Say a factor anew, or have it answer another why; what is left out stays."""
    remote = Remote.from_environment(speaking_for)
    there = remote.get(path_of(incident, "/factors"))["factors"]
    old = next((one for one in there if one["number"] == number), None)
    if old is None:
        raise Problem(f"{incident} has no factor {number}.", "`tocsin postmortem whys` lists them.")
    body = {
        "factor_kind": kind or old["factor_kind"],
        "category": category or old["category"],
        "text": text,
        "because_of": (old["because_of"] if because_of is None else because_of) or None,
        "primary": old["primary"] if primary is None else primary,
        "change_id": (old["change_id"] if change is None else change) or None,
    }
    answer = remote.put(path_of(incident, f"/factors/{number}"), body)
    shown.receipt(answer, f"Factor {number} of {incident} is changed.", json=json)


@postmortem.command("retract-factor")
def retract_factor(
    incident: Which, number: Number, speaking_for: For = None, *, json: AsJson = False
) -> None:
    """Say that a factor was none; its number is not used again."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.delete(path_of(incident, f"/factors/{number}"))
    shown.receipt(answer, f"Factor {number} of {incident} is retracted.", json=json)


@postmortem.command()
def whys(incident: Which, *, json: AsJson = False) -> None:
    """Show the factors as a tree: below each, why it could be."""
    found = Remote.from_environment().get(path_of(incident, "/factors"))["factors"]
    if json:
        shown.as_json(found)
        return
    rows = (
        (
            str(one["number"]),
            "primary" if one["primary"] else one["factor_kind"],
            one["category"],
            f"{'  ' * one['depth']}{one['text']}{ENDS if one['unfinished'] else ''}",
        )
        for one in found
    )
    shown.table(("No", "Part", "Category", "What"), rows)


@postmortem.command()
def review(
    incident: Which,
    reviewer: Annotated[list[str] | None, typer.Option(help="Who is asked; repeat it.")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Ask for a review; what nobody has written is kept as the log says it now."""
    body = {"reviewer_ids": reviewer or []}
    answer = Remote.from_environment(speaking_for).post(path_of(incident, "/review"), body)
    shown.receipt(answer, f"The postmortem of {incident} is in review.", json=json)


@postmortem.command()
def approve(
    incident: Which,
    digest: Annotated[
        str | None, typer.Option(help="Of what you have read; left out: of what stands there.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Stand by what you have read."""
    remote = Remote.from_environment(speaking_for)
    body = {"digest": digest or remote.get(path_of(incident))["digest"]}
    answer = remote.post(path_of(incident, "/approval"), body)
    shown.receipt(answer, f"You approved the postmortem of {incident}.", json=json)


@postmortem.command()
def publish(
    incident: Which,
    reason: Annotated[
        str | None, typer.Option(help="Why, though something is missing in it.")
    ] = None,
    visibility: Annotated[
        Visibility,
        typer.Option("--for", help="Who reads it; public: customers, a text of its own."),
    ] = Visibility.EVERYONE,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Publish it; what is missing takes a reason."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.post(
        path_of(incident, "/publication"), {"reason": reason, "visibility": visibility}
    )
    shown.receipt(answer, f"The postmortem of {incident} is published.", json=json)


@postmortem.command()
def revise(incident: Which, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Begin another edition of what is published."""
    answer = Remote.from_environment(speaking_for).post(path_of(incident, "/revision"))
    shown.receipt(answer, f"Another edition for {incident} has begun.", json=json)


@postmortem.command()
def waive(
    incident: Which, reason: Reason, speaking_for: For = None, *, json: AsJson = False
) -> None:
    """Say aloud that there will be none, and why."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.post(path_of(incident, "/waiver"), {"reason": reason})
    shown.receipt(answer, f"There will be no postmortem of {incident}.", json=json)
