"""Commands about an incident's record and its place: decline, correct, merge, link, noise."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()


@app.command()
def decline(
    incident: Which,
    reason: Annotated[str, typer.Argument(help="Why it is no incident.")],
    category: Annotated[
        str, typer.Option("--as-a", help="false_alarm, test, duplicate, expected, …")
    ] = "false_alarm",
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Say that it is no incident, and what it was instead."""
    path = f"/v1/incidents/{incident}/false-alarm"
    body = {"reason": reason, "category": category}
    answer = Remote.from_environment(speaking_for).post(path, body)
    shown.receipt(answer, f"{incident} is declined.", json=json)


@app.command()
def correct(
    incident: Which,
    timestamp: Annotated[str, typer.Argument(help="began, detected, declared, acknowledged, …")],
    happened_at: Annotated[str, typer.Argument(help="2026-11-23T12:00:00Z")],
    reason: Annotated[str, typer.Argument(help="How you know.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Correct when something happened; what was said before is kept beside it."""
    path = f"/v1/incidents/{incident}/timestamps/{timestamp}"
    body = {"happened_at": happened_at, "reason": reason}
    answer = Remote.from_environment(speaking_for).post(path, body)
    shown.receipt(answer, f"{incident}: {timestamp} is {happened_at} from now on.", json=json)


@app.command()
def merge(
    incident: Which,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The one that goes on.")],
    reason: Annotated[str, typer.Argument(help="How you know that they are the same.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Merge an incident into another one, which takes over its people and its open alerts."""
    path = f"/v1/incidents/{incident}/merge"
    answer = Remote.from_environment(speaking_for).post(path, {"into": into, "reason": reason})
    shown.receipt(answer, f"{incident} goes to {into}.", json=json)


@app.command()
def link(
    incident: Which,
    parent: Annotated[str, typer.Argument(metavar="WHOLE", help="It is part of this one.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Make an incident a part of a greater one."""
    path = f"/v1/incidents/{incident}/parent"
    answer = Remote.from_environment(speaking_for).post(path, {"parent": parent})
    shown.receipt(answer, f"{incident} becomes a part of {parent}.", json=json)


@app.command()
def unlink(incident: Which, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Take an incident out of the greater one it is part of."""
    path = f"/v1/incidents/{incident}/parent/removal"
    answer = Remote.from_environment(speaking_for).post(path)
    shown.receipt(answer, f"{incident} stands alone.", json=json)


@app.command()
def noise(
    by: Annotated[str, typer.Option(help="service, integration or alert.")] = "service",
    since: Annotated[str | None, typer.Option(help="2026-11-01T00:00:00Z")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    *,
    json: AsJson = False,
) -> None:
    """Show who calls for incidents that are none, the loudest first."""
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
