"""Response practice command: how responses kept to what was asked of them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final

import typer

from projections.incidents.durations import spoken
from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()

NOTHING: Final = "—"  # no value, which is not 0


@app.command("responses")
def responses(
    quarter: Annotated[str | None, typer.Argument(help="2026-Q4. Left out: this quarter.")] = None,
    zone: Annotated[str, typer.Option(help="Whose midnights the quarter has.")] = "UTC",
    begin: Annotated[
        str | None, typer.Option("--from", help="2026-10-01T00:00:00Z, in place of a quarter.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Not included; with --from only.")] = None,
    service: str | None = None,
    team: str | None = None,
    *,
    json: AsJson = False,
) -> None:
    """Show how responses kept to the practice: phases and deadlines, roles, updates, paging."""
    asked = {"quarter": quarter, "zone": zone, "from": begin, "until": until}
    answer = Remote.from_environment().get(
        "/v1/metrics/response", **asked, service=service, team=team
    )
    if json:
        shown.as_json(answer)
        return
    shown.say(f"{answer['incidents']} incidents")
    heads = ("Phase", "Reached", "Median", "Longest", "By its deadline")
    shown.table(heads, (_phase(name, one) for name, one in answer["phases"].items()))
    updates = answer["status_updates"]
    promised = sum(updates.values())
    shown.say(
        f"Status updates: {updates['kept']} of {promised} by when they were promised,"
        f" {updates['late']} late, {updates['missed']} missed"
    )
    unfilled = ", ".join(f"{role} {count}" for role, count in answer["roles_unfilled"].items())
    shown.say(f"Mandatory roles not filled in time: {unfilled or 'none'}")
    left, of = answer["items_left"], answer["incidents_with_items_left"]
    shown.say(f"Mandatory checklist items left with a reason: {left}, in {of} incidents")
    shown.say(
        f"Pages: {answer['pages']}, {answer['escalated']} beyond the first level,"
        f" {answer['deliveries_failed']} messages failed, paging degraded"
        f" {answer['paging_degraded']} times"
    )


def _phase(name: str, one: Mapping[str, Any]) -> tuple[str, ...]:
    deadline = f"{one['in_time']} of {one['with_deadline']}" if one["with_deadline"] else NOTHING
    spans = (_lasted(one[member]) for member in ("median_seconds", "max_seconds"))
    return (name, str(one["reached"]), *spans, deadline)


def _lasted(seconds: float | None) -> str:
    return NOTHING if seconds is None else spoken(timedelta(seconds=seconds))
