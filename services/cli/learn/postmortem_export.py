"""Postmortem export: keep one as a file, from a terminal."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from events.values.plain_text import plain
from services.cli import shown
from services.cli.learn.postmortem import postmortem
from services.cli.options import Which
from services.cli.remote import Problem, Remote

app = typer.Typer()  # the command belongs to the postmortems


@postmortem.command()
def export(
    incident: Which,
    wanted: Annotated[
        str, typer.Option("--format", help="markdown, html, confluence, json, or pdf.")
    ] = "markdown",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; left out: the terminal.")
    ] = None,
) -> None:
    """Write a postmortem as it stands, in the practice's template."""
    if wanted == "pdf" and output is None:
        raise Problem("A PDF is no text for a terminal.", "Name a file: --output postmortem.pdf.")
    path = f"/v1/incidents/{incident}/postmortem/export"
    content = Remote.from_environment().file(path, format=wanted)
    if output is None:
        text = Text(plain(content.decode("utf-8", "replace")))
        shown.console.print(text, soft_wrap=True, end="")
        return
    try:
        output.write_bytes(content)
    except OSError as fault:
        raise Problem(f"{output} cannot be written: {fault.strerror}.", "Is it yours?") from fault
    shown.say(f"The postmortem of {incident} is in {output}.")
