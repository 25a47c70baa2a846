"""Public text: what customers shall read of an incident, written for them at a terminal."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.learn.postmortem import postmortem
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()  # the command belongs to the postmortems


@postmortem.command("public-text")
def public_text(
    incident: Which,
    summary: Annotated[str, typer.Option(help="What customers noticed, and for how long.")],
    what_happened: Annotated[str, typer.Option(help="Without names, in their words.")],
    what_we_do: Annotated[str, typer.Option(help="About it.")],
    based_on: Annotated[
        int | None, typer.Option("--based-on", help="The revision you have read.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Write what customers read once it is published for `public`."""
    remote = Remote.from_environment(speaking_for)
    path = f"/v1/incidents/{incident}/postmortem"
    if based_on is None:
        there = remote.get(path)["public_text"]
        based_on = there["revision"] if there else 0
    body = {"summary": summary, "what_happened": what_happened, "what_we_do": what_we_do}
    answer = remote.put(f"{path}/public-text", body, version=based_on)
    shown.receipt(answer, f"The public text of {incident} is written.", json=json)
