"""Alert commands: what fires without an incident, or keeps one open, and why."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.configure.nouns import report
from services.cli.options import AsJson
from services.cli.remote import Remote

alerts = typer.Typer(
    no_args_is_help=True, help="See which alerts page nobody, or keep an incident open."
)
app = typer.Typer()
app.add_typer(alerts, name="alerts")


@alerts.command("held")
def list_held(
    integration: Annotated[str | None, typer.Option(help="Only those that it sent.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only these: suppressed ...")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="The newest so many.")] = 50,
    *,
    passed: Annotated[
        bool, typer.Option("--passed", help="Those that were over before they were let through.")
    ] = False,
    json: AsJson = False,
) -> None:
    """List alerts that are held back from any incident: by what rule, and until when."""
    answer = Remote.from_environment().get(
        "/v1/held-alerts",
        state="passed" if passed else "held",
        integration_id=integration,
        reason=reason,
        limit=limit,
    )
    if json:
        shown.as_json(answer)
        return
    columns = ("Since", "Until", "Why", "By", "Alert", "Dedup key", "Alert ID")
    shown.table(columns, [_row(one) for one in answer["alerts"]])


@alerts.command("release")
def release(
    alert: Annotated[str, typer.Argument(metavar="ALERT", help="Its id, as `held` shows it.")],
    *,
    json: AsJson = False,
) -> None:
    """Let an alert through that is held back: its incident opens, and pages."""
    answer: Any = Remote.from_environment().post(f"/v1/alerts/{alert}/release")
    report(answer, f"Released alert {alert}. It goes to its incident now.", json=json)


@alerts.command("why")
def why_open(
    incident: Annotated[str, typer.Argument(metavar="INCIDENT", help="INC-1042, or its id.")],
    limit: Annotated[int, typer.Option(min=1, max=200, help="The newest so many.")] = 50,
    *,
    json: AsJson = False,
) -> None:
    """Say why an incident is still open: which of its alerts fire, and what it waits for."""
    answer = Remote.from_environment().get(f"/v1/incidents/{incident}/still-open", limit=limit)
    if json:
        shown.as_json(answer)
        return
    for reason in answer["reasons"]:
        shown.say(reason)
    if answer["firing"]:
        rows = [
            (shown.clock(one["started_at"]), one["title"], one["dedup_key"])
            for one in answer["firing"]
        ]
        shown.table(("Fires since", "Alert", "Dedup key"), rows)


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    hold = one["hold"]
    return (
        shown.clock(hold["since"]),
        shown.clock(hold["until"]) if hold["until"] else "its next message",
        hold["reason"].replace("_", " "),
        f"{hold['by']} ({hold['owner']})",
        one["title"],
        one["dedup_key"],
        one["alert_id"],
    )
