"""Privacy commands: private, public, members."""

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
    """Make an incident private: only its members see it."""
    path = f"/v1/incidents/{incident}/privacy"
    answer = Remote.from_environment(speaking_for).post(path, {"reason": reason})
    shown.receipt(answer, f"{incident} is private.", json=json)


@app.command()
def public(incident: Which, reason: Why, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Make a private incident public again."""
    path = f"/v1/incidents/{incident}/privacy"
    answer = Remote.from_environment(speaking_for).delete(path, {"reason": reason})
    shown.receipt(answer, f"{incident} is public.", json=json)


@app.command()
def members(
    incident: Which,
    add: Annotated[str | None, typer.Option(metavar="RESPONDER", help="Add a member.")] = None,
    remove: Annotated[
        str | None, typer.Option(metavar="RESPONDER", help="Remove a member.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Members of a private incident: list, add or remove them."""
    remote, path = Remote.from_environment(speaking_for), f"/v1/incidents/{incident}"
    if add:
        answer = remote.post(f"{path}/members", {"responder_id": add})
        shown.receipt(answer, f"{add} is a member of {incident}.", json=json)
    if remove:
        answer = remote.delete(f"{path}/members/{remove}", {})
        shown.receipt(answer, f"{remove} no longer sees {incident}.", json=json)
    if add or remove:
        return
    known = remote.get(path)
    if json:
        shown.as_json(known["members"])
    else:
        everybody = "everybody who reads incidents"
        shown.say(", ".join(known["members"]) if known["private"] else everybody)
