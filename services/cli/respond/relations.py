"""Relation commands: merge, link, decline, correct."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()


@app.command()
def decline(
    incident: Which,
    reason: Annotated[str, typer.Argument(help="Why it is no incident.")],
    category: Annotated[
        str, typer.Option("--as-a", help="false_alarm, test, duplicate, expected, …")
    ] = "false_alarm",
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Decline: it was a false alarm, a test or a duplicate, not an incident."""
    path = f"/v1/incidents/{incident}/decline"
    body = {"reason": reason, "category": category}
    answer = Remote.from_environment(speaking_for).post(path, body)
    shown.receipt(answer, f"{incident} is declined.", json=json)


@app.command()
def correct(
    incident: Which,
    timestamp: Annotated[str, typer.Argument(help="began, detected, declared, acknowledged, …")],
    happened_at: Annotated[str, typer.Argument(help="2026-11-23T12:00:00Z")],
    reason: Annotated[str, typer.Argument(help="How you know.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Correct a timestamp; the earlier value is kept beside it."""
    path = f"/v1/incidents/{incident}/timestamps/{timestamp}"
    body = {"happened_at": happened_at, "reason": reason}
    answer = Remote.from_environment(speaking_for).post(path, body)
    shown.receipt(answer, f"{incident}: corrected, {timestamp} at {happened_at}.", json=json)


@app.command()
def merge(
    incident: Which,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The one that goes on.")],
    reason: Annotated[str, typer.Argument(help="How you know that they are the same.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Merge a duplicate into another incident, with its people and open alerts."""
    path = f"/v1/incidents/{incident}/merge"
    answer = Remote.from_environment(speaking_for).post(path, {"into": into, "reason": reason})
    shown.receipt(answer, f"Merging {incident} into {into}.", json=json)


@app.command()
def link(
    incident: Which,
    parent: Annotated[str, typer.Argument(metavar="PARENT", help="The parent incident.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Link an incident to a parent incident."""
    path = f"/v1/incidents/{incident}/parent"
    answer = Remote.from_environment(speaking_for).post(path, {"parent": parent})
    shown.receipt(answer, f"Linking {incident} to its parent {parent}.", json=json)


@app.command()
def unlink(incident: Which, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Unlink an incident from its parent."""
    path = f"/v1/incidents/{incident}/parent"
    answer = Remote.from_environment(speaking_for).delete(path, {})
    shown.receipt(answer, f"{incident} no longer has a parent.", json=json)
