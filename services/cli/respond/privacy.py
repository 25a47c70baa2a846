"""Commands about who may know of an incident: private, open, members."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()

Why = Annotated[str, typer.Argument(help="For the timeline.")]


@app.command()
def private(
    incident: Which, reason: Why, speaking_for: For = None, *, json: AsJson = False
) -> None:
    """Let only its members know of an incident."""
    path = f"/v1/incidents/{incident}/privacy"
    answer = Remote.from_environment(speaking_for).post(path, {"reason": reason})
    shown.receipt(answer, f"{incident} is private.", json=json)


@app.command("open")
def open_up(
    incident: Which, reason: Why, speaking_for: For = None, *, json: AsJson = False
) -> None:
    """Let everybody know of a private incident again: the commander's word."""
    path = f"/v1/incidents/{incident}/opening"
    answer = Remote.from_environment(speaking_for).post(path, {"reason": reason})
    shown.receipt(answer, f"{incident} is open.", json=json)


@app.command()
def members(
    incident: Which,
    add: Annotated[str | None, typer.Option(metavar="RESPONDER", help="Let somebody in.")] = None,
    remove: Annotated[str | None, typer.Option(metavar="RESPONDER", help="Or out.")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Show who knows of a private incident, or let somebody in or out."""
    remote, path = Remote.from_environment(speaking_for), f"/v1/incidents/{incident}"
    if add:
        answer = remote.post(f"{path}/members", {"responder_id": add})
        shown.receipt(answer, f"{add} sees {incident}.", json=json)
    if remove:
        answer = remote.delete(f"{path}/members/{remove}", {})
        shown.receipt(answer, f"{remove} sees nothing of {incident}.", json=json)
    if add or remove:
        return
    known = remote.get(path)
    if json:
        shown.as_json(known["members"])
    else:
        everybody = "everybody who reads incidents"
        shown.say(", ".join(known["members"]) if known["private"] else everybody)
