"""Role commands: assign, offer, accept, decline, withdraw, hand-over, unassign; takeover."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()
role = typer.Typer(help="Roles: assign, offer, accept, hand over.", no_args_is_help=True)
app.add_typer(role, name="role")

Name = Annotated[
    str,
    typer.Argument(
        metavar="ROLE", help="commander, communications, operations, scribe, or your own."
    ),
]
Whom = Annotated[str, typer.Argument(metavar="RESPONDER", help="A responder, by id.")]
Why = Annotated[str | None, typer.Option("--reason", help="Why.")]
Force = Annotated[bool, typer.Option("--force", help="Override the role conflict; needs --reason.")]


@role.callback()
def about() -> None:
    """Roles: assign them, offer them, hand them over."""


@role.command()
def assign(
    incident: Which,
    name: Name,
    responder: Whom,
    reason: Why = None,
    speaking_for: For = None,
    *,
    force: Force = False,
    json: AsJson = False,
) -> None:
    """Assign a role that nobody holds, to somebody else or yourself."""
    body = {"responder_id": responder, "reason": reason, "force": force}
    answer = _post(incident, name, body, speaking_for)
    shown.receipt(answer, f"{responder} is {name} of {incident}.", json=json)


@role.command()
def offer(
    incident: Which,
    name: Name,
    responder: Whom,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Offer a role: it changes hands when they accept."""
    answer = _post(incident, f"{name}/offer", {"to_responder_id": responder}, speaking_for)
    shown.receipt(answer, f"Offered to {responder}: {name} of {incident}.", json=json)


@role.command("hand-over")
def hand_over(
    incident: Which,
    name: Name,
    responder: Whom,
    reason: Annotated[str, typer.Argument(help="Why there is no time for their yes.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Hand a role over at once, without waiting for a yes."""
    body = {"to_responder_id": responder, "reason": reason}
    answer = _post(incident, f"{name}/handover", body, speaking_for)
    shown.receipt(answer, f"{responder} is {name} of {incident}.", json=json)


@role.command()
def accept(incident: Which, name: Name, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Accept the role you were offered."""
    answer = _post(incident, f"{name}/offer/acceptance", {}, speaking_for)
    shown.receipt(answer, f"You are {name} of {incident}.", json=json)


@role.command()
def decline(
    incident: Which,
    name: Name,
    reason: Why = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Decline the role you were offered; its holder keeps it."""
    answer = _post(incident, f"{name}/offer/decline", {"reason": reason}, speaking_for)
    shown.receipt(answer, f"You declined to be {name} of {incident}.", json=json)


@role.command()
def withdraw(
    incident: Which, name: Name, speaking_for: For = None, *, json: AsJson = False
) -> None:
    """Withdraw an offer before it is answered."""
    path = f"/v1/incidents/{incident}/roles/{name}/offer"
    answer = Remote.from_environment(speaking_for).delete(path, {})
    shown.receipt(answer, f"Offer withdrawn: {name} of {incident}.", json=json)


@role.command()
def unassign(
    incident: Which,
    name: Name,
    reason: Why = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Give up a role, or relieve its holder: nobody holds it then."""
    path = f"/v1/incidents/{incident}/roles/{name}"
    answer = Remote.from_environment(speaking_for).delete(path, {"reason": reason})
    shown.receipt(answer, f"Nobody is {name} of {incident} now.", json=json)


@app.command()
def takeover(
    incident: Which,
    reason: Annotated[str, typer.Argument(help="Why the incident commander has to be replaced.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Take over command from an incident commander who does not answer."""
    path = f"/v1/incidents/{incident}/takeover"
    answer = Remote.from_environment(speaking_for).post(path, {"reason": reason})
    shown.receipt(answer, f"You are incident commander of {incident}.", json=json)


def _post(incident: str, what: str, body: dict[str, Any], speaking_for: str | None) -> Any:
    path = f"/v1/incidents/{incident}/roles/{what}"
    return Remote.from_environment(speaking_for).post(path, body)
