"""Commands about the roles of an incident: role give, offer, accept, decline, retract, vacate."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()
role = typer.Typer(help="Who does what in the response.", no_args_is_help=True)
app.add_typer(role, name="role")

Name = Annotated[
    str, typer.Argument(metavar="ROLE", help="commander, communications, …, or your own.")
]
Whom = Annotated[str, typer.Argument(metavar="RESPONDER", help="A responder, by id.")]
Why = Annotated[str | None, typer.Option("--reason", help="Why.")]
Force = Annotated[
    bool, typer.Option("--force", help="Against the rule in the way; --reason says why.")
]


@role.callback()
def about() -> None:
    """Take, give and pass on roles."""


@role.command()
def give(
    incident: Which,
    name: Name,
    responder: Whom,
    reason: Why = None,
    speaking_for: For = None,
    *,
    force: Force = False,
    json: AsJson = False,
) -> None:
    """Give, or take, a role that nobody holds."""
    body = {"responder_id": responder, "reason": reason, "force": force}
    answer = _post(incident, name, body, speaking_for)
    _told(answer, f"{responder} is {name} of {incident}.", json=json)


@role.command()
def offer(
    incident: Which,
    name: Name,
    responder: Whom,
    reason: Why = None,
    speaking_for: For = None,
    *,
    force: Force = False,
    json: AsJson = False,
) -> None:
    """Ask somebody to take a role over; with --force they have it before they say yes."""
    body = {"to_responder_id": responder, "reason": reason, "force": force}
    answer = _post(incident, f"{name}/handover", body, speaking_for)
    has = "is" if force else "was asked to be"
    _told(answer, f"{responder} {has} {name} of {incident}.", json=json)


@role.command()
def accept(incident: Which, name: Name, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Take the role you were offered."""
    answer = _post(incident, f"{name}/acceptance", {}, speaking_for)
    _told(answer, f"You are {name} of {incident}.", json=json)


@role.command()
def decline(
    incident: Which,
    name: Name,
    reason: Why = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Say no to the role you were offered."""
    answer = _post(incident, f"{name}/refusal", {"reason": reason}, speaking_for)
    _told(answer, f"You declined to be {name} of {incident}.", json=json)


@role.command()
def retract(incident: Which, name: Name, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Take an offer back before it is answered."""
    answer = _post(incident, f"{name}/retraction", {}, speaking_for)
    _told(answer, f"Nobody is offered to be {name} of {incident} any more.", json=json)


@role.command()
def vacate(
    incident: Which,
    name: Name,
    reason: Why = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Lay a role down, so that nobody holds it."""
    answer = _post(incident, f"{name}/vacancy", {"reason": reason}, speaking_for)
    _told(answer, f"Nobody is {name} of {incident} now.", json=json)


@app.command()
def takeover(
    incident: Which,
    reason: Annotated[str, typer.Argument(help="Why the commander has to be replaced.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Command in place of a commander who does not answer."""
    path = f"/v1/incidents/{incident}/takeover"
    answer = Remote.from_environment(speaking_for).post(path, {"reason": reason})
    _told(answer, f"You command {incident}.", json=json)


def _post(incident: str, what: str, body: dict[str, Any], speaking_for: str | None) -> Any:
    path = f"/v1/incidents/{incident}/roles/{what}"
    return Remote.from_environment(speaking_for).post(path, body)


def _told(answer: Any, sentence: str, *, json: bool) -> None:
    if json:
        shown.as_json(answer)
    elif answer["status"] == "done":
        shown.say(sentence)
    else:
        shown.say(f"Kept, and carried out soon: /v1/commands/{answer['command_id']}")
