"""Work item commands: the queue of what nobody is paged for."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()
work_item = typer.Typer(help="Work items: assign, release, done.", no_args_is_help=True)
app.add_typer(work_item, name="work-item")


@app.command("work-items")
def work_items(
    owner: Annotated[str | None, typer.Option(help="Only theirs, by responder id.")] = None,
    state: Annotated[
        str, typer.Option(help="open, completed, or over: its incident ended, or people are paged.")
    ] = "open",
    *,
    json: AsJson = False,
) -> None:
    """List the work queue, earliest due date first."""
    answer = Remote.from_environment().get("/v1/work-items", owner=owner, state=state)
    if json:
        shown.as_json(answer)
    else:
        shown.table(("Incident", "Due (UTC)", "Owner", "What"), map(_line, answer["work_items"]))


def _line(one: dict[str, Any]) -> tuple[str, ...]:
    what = f"{one['title']}: {one['summary']}" if one["summary"] else one["title"]
    return one["reference"], shown.minute(one["due_at"]), one["owner"] or "—", what


@work_item.command()
def assign(
    incident: Which,
    owner: Annotated[str, typer.Argument(help="Who does it, by responder id.")],
    due: Annotated[
        str | None, typer.Option(help="Until when: 2026-11-23T14:45:00Z; left out: as it is.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Assign a work item."""
    body = {"owner": owner, "due_at": due}
    answer = Remote.from_environment(speaking_for).post(_path(incident, "assignment"), body)
    shown.receipt(answer, f"The work item of {incident} is assigned to {owner}.", json=json)


@work_item.command()
def release(incident: Which, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Release a work item to the queue."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.post(_path(incident, "assignment"), {"owner": None})
    shown.receipt(answer, f"The work item of {incident} is back in the queue.", json=json)


@work_item.command()
def done(
    incident: Which,
    summary: Annotated[str, typer.Argument(help="What was done.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Complete a work item."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.post(_path(incident, "completion"), {"summary": summary})
    shown.receipt(answer, f"The work item of {incident} is done.", json=json)


def _path(incident: str, what: str) -> str:
    return f"/v1/incidents/{incident}/work-item/{what}"
