"""Incident commands: declare, incidents, show, ack, advance, resolve."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote
from services.cli.respond.fields import values_from

app = typer.Typer()


@app.command()
def declare(
    title: Annotated[str, typer.Argument(help="What is wrong, in one line.")],
    summary: Annotated[str, typer.Option(help="What is known so far.")] = "",
    service: Annotated[str | None, typer.Option(help="Service id.")] = None,
    severity: Annotated[str | None, typer.Option(help="SEV1 to SEV4, if you can tell.")] = None,
    incident_type: Annotated[str | None, typer.Option("--type", help="Incident type id.")] = None,
    field: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=VALUE", help="May be repeated.")
    ] = None,
    speaking_for: For = None,
    *,
    private: Annotated[bool, typer.Option("--private", help="Only members know of it.")] = False,
    drill: Annotated[
        bool, typer.Option("--drill", help="Open as a drill. It cannot become a real incident.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Declare an incident."""
    body = {
        "title": title,
        "summary": summary,
        "service_id": service,
        "severity": severity,
        "private": private,
        "drill": drill,
        "incident_type_id": incident_type,
        "fields": values_from(field or ()),
    }
    answer = Remote.from_environment(speaking_for).post("/v1/incidents", body)
    if json:
        shown.as_json(answer)
    else:
        shown.say(f"{answer['reference']} is declared; paging: {answer['paging']}.")


@app.command()
def incidents(
    status: Annotated[list[str] | None, typer.Option(help="Only these; may be repeated.")] = None,
    severity: Annotated[str | None, typer.Option(help="SEV1 to SEV4.")] = None,
    phase: Annotated[str | None, typer.Option(help="detection … postmortem.")] = None,
    service: Annotated[str | None, typer.Option(help="Service id.")] = None,
    incident_type: Annotated[
        str | None, typer.Option("--type", help="Incident type, by id.")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="FIELD=VALUE", help="Custom field value, exactly."),
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="Part of the title or reference.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    *,
    drill: Annotated[
        bool | None, typer.Option("--drill/--no-drill", help="Only drills, or none.")
    ] = None,
    json: AsJson = False,
) -> None:
    """List incidents, newest first."""
    answer = Remote.from_environment().get(
        "/v1/incidents",
        status=status or None,
        severity=severity,
        phase=phase,
        service_id=service,
        incident_type_id=incident_type,
        field=field or None,
        drill=None if drill is None else str(drill).lower(),
        q=text,
        limit=limit,
    )
    if json:
        shown.as_json(answer)
        return
    shown.table(
        ("Incident", "Severity", "Status", "Phase", "Paging", "UTC", "Title"),
        (
            (
                one["reference"],
                shown.severity(one["severity"]),
                one["status"],
                one["phase"],
                one["paging"],
                shown.minute(one["declared_at"]),
                one["title"],
            )
            for one in answer["incidents"]
        ),
    )


@app.command()
def show(incident: Which, *, json: AsJson = False) -> None:
    """Show one incident with everything around it."""
    answer = Remote.from_environment().get(f"/v1/incidents/{incident}")
    if json:
        shown.as_json(answer)
    else:
        shown.facts(incident_facts(answer))


@app.command()
def ack(incident: Which, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Acknowledge: the incident is yours, and paging stops."""
    path = f"/v1/incidents/{incident}/acknowledgement"
    shown.receipt(
        Remote.from_environment(speaking_for).post(path), f"{incident} is yours.", json=json
    )


@app.command()
def advance(
    incident: Which,
    phase: Annotated[str, typer.Argument(help="triage, response, mitigation, …")],
    reason: Annotated[str | None, typer.Option(help="Needed when a phase is skipped.")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Advance to a later phase."""
    body = {"phase": phase, "reason": reason}
    answer = Remote.from_environment(speaking_for).post(f"/v1/incidents/{incident}/phase", body)
    shown.receipt(answer, f"{incident} is in {phase}.", json=json)


@app.command()
def resolve(
    incident: Which,
    summary: Annotated[str, typer.Argument(help="What fixed the cause.")],
    reason: Annotated[
        str | None, typer.Option(help="Needed when somebody does it for the incident commander.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Resolve: the cause is fixed. The incident commander says so."""
    path = f"/v1/incidents/{incident}/resolution"
    body = {"summary": summary, "reason": reason}
    answer = Remote.from_environment(speaking_for).post(path, body)
    shown.receipt(answer, f"{incident} is resolved.", json=json)


def incident_facts(one: dict[str, Any]) -> dict[str, Any]:
    """Return what is shown of an incident, a fact a line."""
    roles = ", ".join(f"{role}: {who}" for role, who in sorted(one["roles"].items()))
    update = one["status_update"] or {}
    names = one.get("names", {})
    return {
        "Incident": one["reference"],
        "Title": one["title"],
        "Summary": one["summary"],
        "Severity": shown.severity(one["severity"]),
        "Status": f"{one['status']}, in {one['phase']}",
        "Service": one["service_id"],
        "Type": one["incident_type_id"],
        **{field["label"]: ", ".join(field["value"]) for field in one["fields"]},
        "Mode": one["mode"] if one["mode"] != "real" else None,
        "Began": one["began_at"] and shown.clock(one["began_at"]),
        "Declared": f"{shown.clock(one['declared_at'])} by {called(one['declared_by'], names)}",
        "Acknowledged": one["acknowledged_at"]
        and f"{shown.clock(one['acknowledged_at'])} by {called(one['acknowledged_by'], names)}",
        "Held by": one["held_by"] and called(one["held_by"], names),
        "Snoozed until": one["snoozed_until"] and shown.clock(one["snoozed_until"]),
        "Mitigated": one["mitigated_at"] and shown.clock(one["mitigated_at"]),
        "Resolved": one["resolved_at"] and shown.clock(one["resolved_at"]),
        "Corrected": "; ".join(map(correction, one["corrections"])),
        **relations(one["relations"]),
        "Paging": one["paging"],
        "Roles": roles,
        "Asked to help": "; ".join(map(request_fact, one["responder_requests"])),
        "Private to": ", ".join(one["members"]) if one["private"] else None,
        "Open alerts": str(one["open_alerts"]),
        "Checklist": checklist_fact(one["checklist"]),
        "Mitigation": ", ".join(
            f"{action['kind']} ({action['outcome'] or 'running'})"
            for action in one["mitigation_actions"]
        ),
        "Last update": update and f"{shown.clock(update['published_at'])}: {update['impact']}",
        "Next update": one["next_update_at"]
        and shown.clock(one["next_update_at"]) + (", overdue" if one["update_overdue"] else ""),
        "Missed": ", ".join(d["phase"] for d in one["deadlines"] if d["state"] == "missed"),
    }


def called(principal: str, names: Mapping[str, str]) -> str:
    """Return what people call somebody: a responder by id, others by name where they have one."""
    kind, _, identity = principal.partition(":")
    if kind == "responder":
        return identity
    return f"{kind.replace('_', ' ')} {names.get(principal, identity)}"


def request_fact(one: dict[str, Any]) -> str:
    """Return who was asked to help, by which page, and what they said."""
    whom = one["responder_id"] or f"escalation policy {one['escalation_policy_id']}"
    return f"{one['number']}: {whom} ({one['state']})"


def correction(one: dict[str, Any]) -> str:
    """Return a corrected time, with what was said before and why it changed."""
    before = shown.clock(one["previously_at"]) if one["previously_at"] else "unknown"
    return f"{one['timestamp']} was {before}: {one['reason']}"


def relations(related: dict[str, Any]) -> dict[str, str | None]:
    """Return the other incidents that one has to do with."""
    into, parent = related["merged_into"], related["parent"]
    return {
        "Merged into": into and into["reference"],
        "Took over": ", ".join(one["reference"] for one in related["merged"]),
        "Parent": parent and parent["reference"],
        "Children": ", ".join(one["reference"] for one in related["children"]),
    }


def checklist_fact(summary: dict[str, Any]) -> str:
    """Return how far the checklists are, and what is in the way of the next phase."""
    open_items = ", ".join(summary["open_mandatory"])
    done = f"{summary['done']} of {summary['items']} done"
    return f"{done}; open and mandatory now: {open_items}" if open_items else done
