"""Note and attachment commands: note, notes, pin, attach, attachments."""

import mimetypes
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Problem, Remote

app = typer.Typer()

NoteId = Annotated[str, typer.Argument(metavar="NOTE", help="The note's id; `notes` shows it.")]


@app.command()
def note(
    incident: Which,
    text: Annotated[str, typer.Argument(help="What to write down, in Markdown.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Write a note."""
    answer = Remote.from_environment(speaking_for).post(
        f"/v1/incidents/{incident}/notes", {"text": text}
    )
    shown.receipt(answer, f"Noted as {answer['note_id']}.", json=json)


@app.command()
def notes(incident: Which, *, json: AsJson = False) -> None:
    """Show the notes, pinned ones first."""
    path = f"/v1/incidents/{incident}/notes"
    found = list(Remote.from_environment().all_of(path, "notes", "after"))
    if json:
        shown.as_json(found)
        return
    for one in sorted(found, key=lambda one: one["pinned_at"] is None):
        shown.console.print(_heading(one))
        shown.console.print(Text(_said(one)), soft_wrap=True)


def _heading(one: dict[str, Any]) -> Text:
    pinned = "pinned  " if one["pinned_at"] else ""
    edited = f", edited {shown.clock(one['edited_at'])}" if one["edited_at"] else ""
    byline = f"{shown.clock(one['written_at'])} {one['written_by']}{edited}"
    return Text.assemble((pinned, "bold yellow"), (byline, "cyan"), (f"  {one['note_id']}", "dim"))


def _said(one: dict[str, Any]) -> str:
    if one["retracted_at"] is None:
        return f"{one['text']}\n"
    how = "erased" if one["erased"] else "taken back"
    return f"({how} by {one['retracted_by']}: {one['retraction_reason']})\n"


@app.command()
def pin(incident: Which, note: NoteId, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Pin a note to the top."""
    path = f"/v1/incidents/{incident}/notes/{note}/pin"
    shown.receipt(Remote.from_environment(speaking_for).post(path), "Pinned.", json=json)


@app.command()
def attach(
    incident: Which,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Up to 2 MiB.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Attach a file: a screenshot, a log, a PDF."""
    media_type, encoding = mimetypes.guess_type(file.name)
    if encoding == "gzip":
        media_type = "application/gzip"
    if media_type is None and file.suffix == ".log":
        media_type = "text/plain"
    if media_type is None:
        raise Problem(f"{file.name} is of no known kind.", "Give it an ending: .txt, .png, .pdf.")
    answer = Remote.from_environment(speaking_for).upload(
        f"/v1/incidents/{incident}/attachments", file.read_bytes(), media_type, name=file.name
    )
    shown.receipt(answer, f"Attached as {answer['attachment_id']}.", json=json)


@app.command()
def attachments(incident: Which, *, json: AsJson = False) -> None:
    """List the attachments."""
    answer = Remote.from_environment().get(f"/v1/incidents/{incident}/attachments")
    if json:
        shown.as_json(answer)
        return
    shown.table(
        ("Attachment", "Added (UTC)", "By", "Bytes", "Kind", "Name"),
        (
            (
                one["attachment_id"],
                shown.clock(one["added_at"]),
                one["added_by"],
                str(one["size"]),
                one["media_type"] if one["removed_at"] is None else "removed",
                one["name"],
            )
            for one in answer["attachments"]
        ),
    )
