"""Noise command: who opens incidents that turn out to be none."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()


@app.command()
def noise(
    by: Annotated[str, typer.Option(help="service, integration or alert.")] = "service",
    since: Annotated[str | None, typer.Option(help="2026-11-01T00:00:00Z")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    *,
    json: AsJson = False,
) -> None:
    """Rank services, integrations or alerts by declined incidents."""
    answer = Remote.from_environment().get("/v1/metrics/noise", by=by, since=since, limit=limit)
    if json:
        shown.as_json(answer)
        return
    shown.table(
        ("Incidents", "Declined", "Share", "Pages for nothing", by.capitalize()),
        (
            (
                str(one["incidents"]),
                str(one["declined"]),
                f"{one['share']:.0%}",
                str(one["wasted_pages"]),
                one["title"] or one["key"] or "—",
            )
            for one in answer["noise"]
        ),
    )
