"""Alert quality command: what alert rules called people for, and what tuning would spare."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()

NOTHING: Final = "—"  # no value, which is not 0


@app.command("alert-quality")
def alert_quality(
    quarter: Annotated[str | None, typer.Argument(help="2026-Q4. Left out: this quarter.")] = None,
    zone: Annotated[str, typer.Option(help="Whose midnights the quarter has.")] = "UTC",
    begin: Annotated[
        str | None, typer.Option("--from", help="2026-10-01T00:00:00Z, in place of a quarter.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Not included; with --from only.")] = None,
    service: str | None = None,
    limit: Annotated[int, typer.Option(help="How many rules.")] = 10,
    *,
    json: AsJson = False,
) -> None:
    """Show the loudest alert rules: what became of what they opened, and whom it interrupted."""
    asked = {"quarter": quarter, "zone": zone, "from": begin, "until": until, "limit": limit}
    answer = Remote.from_environment().get("/v1/metrics/alert-quality", **asked, service=service)
    if json:
        shown.as_json(answer)
        return
    heads = ("Wasted", "Interrupted", "Incidents", "Actionable", "Flapping", "Alert")
    shown.table(heads, map(_rule, answer["rules"]))
    if answer["rules_left_out"]:
        shown.say(f"And {answer['rules_left_out']} more.")
    shown.say(answer["sentence"] or "No rule interrupted anybody in vain.")


def _rule(one: Mapping[str, Any]) -> tuple[str, ...]:
    part = NOTHING if one["actionable"] is None else f"{one['actionable']:.0%}"
    numbers = (str(one[name]) for name in ("wasted", "interruptions", "incidents"))
    return (*numbers, part, str(one["flapping"]), one["title"])
