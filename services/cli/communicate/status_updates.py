"""Status update commands: update, updates, subscriptions."""

from typing import Annotated

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
        shown.say(one["text"])


@app.command()
def update(
    incident: Which,
    impact: Annotated[str | None, typer.Option(help="Who notices what; a line a point.")] = None,
    actions: Annotated[str | None, typer.Option(help="What is being done; a line a point.")] = None,
    next_at: Annotated[
        str | None, typer.Option("--next", help="When people hear more: 2026-11-23T14:45:00Z.")
    ] = None,
    speaking_for: For = None,
    *,
    draft: Annotated[bool, typer.Option("--draft", help="Only show what it would say.")] = False,
    json: AsJson = False,
) -> None:
    """Publish a status update; what you leave out comes from the draft."""
    remote = Remote.from_environment(speaking_for)
    path = f"/v1/incidents/{incident}"
    drafted = remote.get(f"{path}/status-update-draft")
    if draft:
        shown.as_json(drafted) if json else shown.say(drafted["text"])
        return
    body = {
        "impact": impact or drafted["impact"],
        "current_actions": actions or drafted["current_actions"],
        "next_update_at": next_at or drafted["next_update_at"],
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
