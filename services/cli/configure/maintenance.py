"""Maintenance commands: plan work during which new alerts page nobody, and end it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.configure.bodies import File, body_of, seconds_in
from services.cli.configure.nouns import Id, Noun, group, put, report
from services.cli.options import AsJson
from services.cli.remote import Remote

WINDOW = Noun(
    name="maintenance window",
    many="maintenance windows",
    path="/v1/maintenance-windows",
    key="maintenance_window_id",
    columns={
        "Name": lambda one: one["name"],
        "Stands": lambda one: one["state"],
        "Until": lambda one: one["running"]["ends_at"] if one["running"] else "—",
        "Next": lambda one: one["next_starts_at"] or "—",
        "Services": lambda one: ", ".join(one["service_ids"]) or "every service",
        "By": lambda one: one["defined_by"],
    },
)
app = typer.Typer()
maintenance = group(WINDOW, "plan, preview, extend, end, cancel, alerts, list, show")
app.add_typer(maintenance, name="maintenance")

Reason = Annotated[str, typer.Option(help="Why; people read it later.")]
Name = Annotated[str | None, typer.Option(help="What people call it.")]
Why = Annotated[str | None, typer.Option("--reason", help="Why; people read it later.")]
Services = Annotated[
    list[str] | None, typer.Option("--service", help="Whose alerts; once for each. None: all.")
]
From = Annotated[str | None, typer.Option("--from", help="2026-12-01T22:00:00Z; left out: now.")]
Until = Annotated[str | None, typer.Option(help="2026-12-02T00:00:00Z.")]
For = Annotated[str | None, typer.Option("--for", help="How long from its start: 30m, 2h.")]


@maintenance.command("plan")
def plan(
    identity: Id,
    name: Name = None,
    reason: Why = None,
    service: Services = None,
    start: From = None,
    until: Until = None,
    lasting: For = None,
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Plan a window, or change it. Conditions and recurrence stand in a file."""
    body = _body(file, name, reason, service, start, _end(start, until, lasting))
    put(WINDOW, identity, body, json=json)


@maintenance.command("preview")
def preview(
    service: Services = None,
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Say which alerts of now and of the last week a window would hold back; plan nothing."""
    body = _body(file, None, None, service, None, None)
    asked = {name: said for name, said in body.items() if name in {"service_ids", "conditions"}}
    answer: Any = Remote.from_environment().post(f"{WINDOW.path}/preview", asked)
    if json:
        shown.as_json(answer)
        return
    shown.say(
        f"It fits {answer['firing']} alerts that fire now, and {answer['last_week']} of"
        f" {answer['last_week_of']} that fired in the last seven days."
    )
    rows = [(one["title"], one["state"], one["triggered_at"]) for one in answer["alerts"]]
    shown.table(("Alert", "State", "Fired"), rows)
    for warning in answer["warnings"]:
        shown.say(warning, shown.NOTICE)


@maintenance.command("extend")
def extend(
    identity: Id,
    until: Annotated[str, typer.Option(help="2026-12-02T01:00:00Z.")],
    reason: Reason,
    *,
    json: AsJson = False,
) -> None:
    """Have what runs end later."""
    body = {"until": until, "reason": reason}
    answer: Any = Remote.from_environment().post(f"{WINDOW.path}/{identity}/extension", body)
    report(answer, f"Extended maintenance window {identity} until {until}.", json=json)


@maintenance.command("end")
def end(identity: Id, reason: Reason, *, json: AsJson = False) -> None:
    """End what runs now; what fires still pages."""
    answer: Any = Remote.from_environment().post(
        f"{WINDOW.path}/{identity}/end", {"reason": reason}
    )
    report(answer, f"Ended maintenance window {identity}.", json=json)


@maintenance.command("cancel")
def cancel(identity: Id, reason: Reason, *, json: AsJson = False) -> None:
    """Cancel a window for good; what it holds back and fires still pages."""
    answer: Any = Remote.from_environment().post(
        f"{WINDOW.path}/{identity}/cancellation", {"reason": reason}
    )
    report(answer, f"Cancelled maintenance window {identity}.", json=json)


@maintenance.command("alerts")
def alerts(identity: Id, *, json: AsJson = False) -> None:
    """List the alerts that a window held back, and what became of each."""
    answer: Any = Remote.from_environment().get(f"{WINDOW.path}/{identity}/alerts")
    if json:
        shown.as_json(answer)
        return
    rows = [
        (one["title"], one["since"], one["until"] or "—", one["became"], one["incident_id"] or "—")
        for one in answer["alerts"]
    ]
    shown.table(("Alert", "Held back from", "Until", "Became", "Incident"), rows)


def _body(
    file: Any,
    name: str | None,
    reason: str | None,
    services: list[str] | None,
    start: str | None,
    until: str | None,
) -> dict[str, Any]:
    return body_of(
        file,
        name=name,
        reason=reason,
        service_ids=services or None,
        starts_at=start,
        ends_at=until,
    )


def _end(start: str | None, until: str | None, lasting: str | None) -> str | None:
    """Return when it ends.

    Raises: typer.BadParameter.
    """
    if lasting is None:
        return until
    if until is not None:
        raise typer.BadParameter("Give --until or --for, not both.", param_hint="--for")
    try:
        begin = datetime.now(UTC) if start is None else datetime.fromisoformat(start)
    except ValueError as malformed:
        raise typer.BadParameter(f"{start} is no time.", param_hint="--from") from malformed
    return (begin + timedelta(seconds=seconds_in(lasting))).isoformat()
