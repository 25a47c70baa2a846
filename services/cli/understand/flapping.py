"""Flapping command: alerts that open again and again, and the pages that cost."""

from datetime import datetime
from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()


@app.command()
def flapping(
    since: Annotated[
        str | None, typer.Option(help="2026-11-01T00:00:00Z. Left out: 30 days before the end.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="2026-12-01T00:00:00Z. Left out: now.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    *,
    json: AsJson = False,
) -> None:
    """List alerts that opened three times within an hour, or more often, and what it cost."""
    answer = Remote.from_environment().get(
        "/v1/metrics/flapping", since=since, until=until, limit=limit
    )
    if json:
        shown.as_json(answer)
        return
    begin, end = shown.clock(answer["since"]), shown.clock(answer["until"])
    shown.say(f"{begin} to {end}, each time that an alert flapped.")
    shown.table(
        ("From", "For", "Opened", "Incidents", "Pages", "Night", "Woken", "Alert"),
        (_line(alert, one) for alert in answer["alerts"] for one in alert["flaps"]),
    )


def _line(alert: dict[str, Any], one: dict[str, Any]) -> tuple[str, ...]:
    lasted = datetime.fromisoformat(one["until"]) - datetime.fromisoformat(one["since"])
    hours, minutes = divmod(int(lasted.total_seconds()) // 60, 60)
    return (
        shown.minute(one["since"]),
        f"{hours}:{minutes:02} h",
        str(one["openings"]),
        str(one["incidents"]),
        str(one["pages"]),
        str(one["pages_at_night"]),
        str(one["people_woken"]),
        f"{alert['title']} ({alert['integration_id']})",
    )
