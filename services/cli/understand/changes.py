"""Change command: what was deployed, switched or set, and when."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()


@app.command()
def changes(
    incident: Annotated[
        str | None, typer.Argument(metavar="[INCIDENT]", help="Changes shortly before it.")
    ] = None,
    service: Annotated[str | None, typer.Option(help="Service id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    *,
    json: AsJson = False,
) -> None:
    """List changes: recent ones, or those shortly before an incident."""
    remote = Remote.from_environment()
    if incident:
        answer = remote.get(f"/v1/incidents/{incident}/recent-changes", limit=limit)
        found = [one["change"] for one in answer["changes"]]
    else:
        answer = remote.get("/v1/changes", service_id=service, limit=limit)
        found = answer["changes"]
    if json:
        shown.as_json(answer["changes"])
        return
    shown.table(
        ("UTC", "Service", "Source", "What"),
        (
            (shown.minute(one["happened_at"]), one["service_id"], one["source"], one["summary"])
            for one in found
        ),
    )
