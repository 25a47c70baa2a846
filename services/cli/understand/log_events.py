"""Event command: the log as it is stored."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()


@app.command()
def events(
    incident: Annotated[
        str | None, typer.Argument(metavar="[INCIDENT]", help="Only this incident's own stream.")
    ] = None,
    after: Annotated[int, typer.Option(min=0, help="Start behind this position.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    *,
    json: AsJson = False,
) -> None:
    """Print events as the log stores them."""
    remote = Remote.from_environment()
    if incident:
        path, start = f"/v1/incidents/{incident}/events", {"after_version": after}
    else:
        path, start = "/v1/events", {"after": after}
    found = remote.get(path, limit=limit, **start)["events"]
    if json:
        shown.as_json(found)
        return
    shown.table(
        ("Position", "Recorded (UTC)", "Type", "Stream", "Version", "By"),
        (
            (
                one["position"],
                shown.clock(one["recorded_at"]),
                one["type"],
                one["stream"],
                str(one["version"]),
                one["metadata"]["principal"],
            )
            for one in found
        ),
    )
