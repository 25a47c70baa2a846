"""Status update commands: update, updates, subscriptions."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Problem, Remote

app = typer.Typer()


@app.command()
def updates(incident: Which, *, json: AsJson = False) -> None:
    """Show the status updates, oldest first, as stakeholders read them."""
    answer = Remote.from_environment().get(f"/v1/incidents/{incident}/status-updates")
    if json:
        shown.as_json(answer)
        return
    for one in answer["status_updates"]:
        shown.say(_headed(one))
        shown.say(one["text"])


def _headed(one: dict[str, Any]) -> str:
    newer = one["corrected"]
    if newer is None:
        return f"Update {one['number']}"
    at = f"{shown.clock(newer['published_at'])} UTC by {newer['published_by']}"
    return f"Update {one['number']}, corrected at {at}: see update {newer['number']}"


@app.command()
def update(
    incident: Which,
    impact: Annotated[str | None, typer.Option(help="Who notices what; a line a point.")] = None,
    actions: Annotated[str | None, typer.Option(help="What is being done; a line a point.")] = None,
    next_at: Annotated[
        str | None, typer.Option("--next", help="When people hear more: 2026-11-23T14:45:00Z.")
    ] = None,
    corrects: Annotated[
        int | None,
        typer.Option(metavar="N", help="The earlier update that it corrects, by its number."),
    ] = None,
    speaking_for: For = None,
    *,
    draft: Annotated[bool, typer.Option("--draft", help="Only show what it would say.")] = False,
    json: AsJson = False,
) -> None:
    """Publish a status update; what you leave out comes from the draft, or what it corrects."""
    remote = Remote.from_environment(speaking_for)
    path = f"/v1/incidents/{incident}"
    drafted = remote.get(f"{path}/status-update-draft")
    if draft:
        shown.as_json(drafted) if json else shown.say(drafted["text"])
        return
    begun = _corrected(remote, path, corrects) or drafted
    body = {
        "impact": impact or begun["impact"],
        "current_actions": actions or begun["current_actions"],
        "next_update_at": next_at or drafted["next_update_at"],
        "corrects": corrects,
    }
    if not body["impact"] or not body["current_actions"]:
        raise Problem(
            "The status update is empty.", "Give --impact and --actions: there is no earlier one."
        )
    answer = remote.post(f"{path}/status-updates", body)
    if json:
        shown.as_json(answer)
    else:
        shown.say(f"Published a status update of {incident}.")


def _corrected(remote: Remote, path: str, number: int | None) -> dict[str, Any] | None:
    """Return the update of this number, None if there is none: the API says so."""
    if number is None:
        return None
    listed = remote.get(f"{path}/status-updates")["status_updates"]
    return next((one for one in listed if one["number"] == number), None)


@app.command()
def subscriptions(
    responder: Annotated[str | None, typer.Option(help="Only theirs, by id.")] = None,
    service: Annotated[str | None, typer.Option(help="Only to this service, by id.")] = None,
    *,
    json: AsJson = False,
) -> None:
    """List who is sent which status updates."""
    answer = Remote.from_environment().get(
        "/v1/subscriptions", responder_id=responder, service_id=service
    )
    if json:
        shown.as_json(answer)
        return
    shown.table(
        ("Subscription", "Responder", "Service", "Severities", "Channels"),
        (
            (
                one["subscription_id"],
                one["responder_id"],
                one["service_id"] or "every service",
                ", ".join(one["severities"]) or "every one",
                ", ".join(one["channels"]) or "every one",
            )
            for one in answer["subscriptions"]
            if one["ended_at"] is None
        ),
    )
