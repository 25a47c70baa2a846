"""Commands about the log: events, audit."""

from typing import Annotated, Any

import typer

from events.log.chain import ChainCheck
from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote
from services.cli.stored_events import stored

app = typer.Typer()

FAULTY = 1
PART = 200


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
    """Show events as they are stored."""
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


@app.command()
def audit(*, json: AsJson = False) -> None:
    """Read the whole log and check its chain: positions, versions, order in time, every hash."""
    outcome = audited(Remote.from_environment())
    if json:
        shown.as_json(outcome)
    elif outcome["faults"]:
        for fault in outcome["faults"]:
            shown.console.print(f"[red]✗[/red] {fault}")
        shown.console.print(f"{len(outcome['faults'])} faults in {outcome['events']} events.")
    else:
        shown.console.print(f"{outcome['events']} events, every one in place and unchanged.")
    if outcome["faults"]:
        raise typer.Exit(FAULTY)


def audited(remote: Remote) -> dict[str, Any]:
    """Return how many events the log has and one sentence for each fault found.

    Raises: Problem.
    """
    check = ChainCheck()
    views = remote.all_of("/v1/events", "events", "after", limit=PART)
    faults = list(check.faults(stored(view) for view in views))
    return {"events": check.events, "faults": faults}
