"""Responder requests: ask people to help, accept, decline."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()

Number = Annotated[int, typer.Argument(help="Number of the page; `tocsin show` lists them.")]


@app.command("add-responders")
def add_responders(
    incident: Which,
    ask: Annotated[str, typer.Argument(help="What they are asked for, in one line.")],
    to: Annotated[
        list[str] | None, typer.Option(metavar="RESPONDER", help="Whom to ask; may be repeated.")
    ] = None,
    policy: Annotated[str | None, typer.Option(help="Escalation policy to ask.")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Ask people to help: they are paged, and accept or decline. Who has the incident keeps it."""
    body = {"ask": ask, "responder_ids": to or [], "escalation_policy_id": policy}
    answer = Remote.from_environment(speaking_for).post(f"/v1/incidents/{incident}/pages", body)
    whom = ", ".join([*(to or ()), *([f"escalation policy {policy}"] if policy else ())])
    shown.receipt(answer, f"{whom} asked to help with {incident}.", json=json)


@app.command("accept-page")
def accept(
    incident: Which, number: Number, speaking_for: For = None, *, json: AsJson = False
) -> None:
    """Accept to help: you are a responder of the incident from then on."""
    path = f"/v1/incidents/{incident}/pages/{number}/acceptance"
    answer = Remote.from_environment(speaking_for).post(path, {})
    shown.receipt(answer, f"You are a responder of {incident}.", json=json)


@app.command("decline-page")
def decline(
    incident: Which,
    number: Number,
    reason: Annotated[str | None, typer.Option(help="Why you cannot.")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Decline to help: nobody pages you for it any more, and whoever asked is told."""
    path = f"/v1/incidents/{incident}/pages/{number}/decline"
    answer = Remote.from_environment(speaking_for).post(path, {"reason": reason})
    shown.receipt(answer, f"You declined to help with {incident}.", json=json)
