"""Handing on: snooze an incident, end that early, reassign it to others."""

import re
from datetime import timedelta
from typing import Annotated, Any, Final

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Problem, Remote

app = typer.Typer()

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_DURATION: Final = re.compile(r"([0-9]{1,5})([mhd])")


@app.command()
def snooze(
    incident: Which,
    duration: Annotated[
        str | None, typer.Argument(metavar="[DURATION]", help="30m, 4h, 2d; or use --until.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Until then: 2026-11-23T14:45:00Z.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why it can wait.")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Snooze: the incident is yours, nobody is paged until then, and then it is paged again."""
    body: dict[str, Any] = {"until": until, "reason": reason}
    if duration is not None:
        body["duration_seconds"] = seconds_in(duration)
    path = f"/v1/incidents/{incident}/snooze"
    answer = Remote.from_environment(speaking_for).post(path, body)
    end = until or f"for {duration}"
    shown.receipt(answer, f"{incident} is yours and snoozed {end}.", json=json)


@app.command()
def unsnooze(incident: Which, speaking_for: For = None, *, json: AsJson = False) -> None:
    """End a snooze early: yours goes on with you, anybody else's is paged again at once."""
    path = f"/v1/incidents/{incident}/snooze"
    answer = Remote.from_environment(speaking_for).delete(path, {})
    shown.receipt(answer, f"{incident} is not snoozed any more.", json=json)


@app.command()
def reassign(
    incident: Which,
    reason: Annotated[str, typer.Argument(help="Why others have to take it.")],
    to: Annotated[
        list[str] | None, typer.Option(metavar="RESPONDER", help="Whom to page; may be repeated.")
    ] = None,
    policy: Annotated[
        str | None, typer.Option(help="Escalation policy that the incident goes to.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Reassign: whoever has the incident has it no longer, and those named are paged."""
    body = {"responder_ids": to or [], "escalation_policy_id": policy, "reason": reason}
    path = f"/v1/incidents/{incident}/reassignment"
    answer = Remote.from_environment(speaking_for).post(path, body)
    whom = ", ".join([*(to or ()), *([f"escalation policy {policy}"] if policy else ())])
    shown.receipt(answer, f"{incident} is reassigned to {whom}.", json=json)


def seconds_in(duration: str) -> int:
    """Return how long "30m", "4h" or "2d" is.

    Raises: Problem.
    """
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise Problem(
            f"{duration!r} is no duration",
            "Write a number and m, h or d: 30m, 4h, 2d.",
        )
    return int(timedelta(**{_UNITS[found[2]]: int(found[1])}).total_seconds())


@app.command()
def escalate(
    incident: Which,
    reason: Annotated[str | None, typer.Option(help="Why the next level is needed.")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Escalate now: the next level is paged, and whoever has the incident has it no longer."""
    remote = Remote.from_environment(speaking_for)
    pages = remote.get(f"/v1/incidents/{incident}")["pages"]
    asking = [one for one in pages if one["purpose"] == "response"]
    if not asking:
        raise Problem(
            f"Nobody was paged for {incident}", "Give it to somebody instead: `tocsin reassign`."
        )
    newest = max(asking, key=lambda one: one["number"])
    seen = {"page": newest["number"], "round": newest["round"], "level": newest["level"]}
    answer = remote.post(f"/v1/incidents/{incident}/escalation", {**seen, "reason": reason})
    shown.receipt(answer, f"{incident} goes to the level after {newest['level']}.", json=json)
