"""Checklist and mitigation commands: checklist, tick, untick, add-item, mitigation."""

from typing import Annotated, Any

import typer
from rich.text import Text

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()
actions = typer.Typer(help="Mitigation actions: start, end, list.", no_args_is_help=True)
app.add_typer(actions, name="mitigation")

Item = Annotated[str, typer.Argument(metavar="ITEM", help="alert_valid; `checklist` names them.")]


@app.command()
def checklist(incident: Which, *, json: AsJson = False) -> None:
    """Show the checklists: what is done, what is open."""
    answer = Remote.from_environment().get(f"/v1/incidents/{incident}/checklist")
    if json:
        shown.as_json(answer)
        return
    for section in answer["sections"]:
        here = " ← now" if section["phase"] == answer["phase"] else ""
        shown.console.print(Text(f"\n{section['heading']}{here}", style="bold"))
        shown.table(("", "Item", "What"), map(_line, section["items"]))
    for left in answer["left_open"]:
        items = ", ".join(left["item_ids"])
        note = Text(f"\nLeft open in {left['phase']}: {items}. {left['reason']}")
        shown.console.print(note)


def _line(item: dict[str, Any]) -> tuple[str, str, Text]:
    mark = Text(item["text"] + (" (mandatory)" if item["mandatory"] else ""))
    if item["done"]:
        how = f"  {shown.clock(item['ticked_at'])} by {item['ticked_by']}"
        mark.append(how + (f", {item['proved_by']}" if item["proved_by"] else ""), style="dim")
    return "[x]" if item["done"] else "[ ]", item["item_id"], mark


@app.command()
def tick(incident: Which, item: Item, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Tick a checklist item."""
    path = f"/v1/incidents/{incident}/checklist/{item}/tick"
    shown.receipt(Remote.from_environment(speaking_for).post(path), f"{item} is done.", json=json)


@app.command()
def untick(incident: Which, item: Item, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Untick a checklist item."""
    path = f"/v1/incidents/{incident}/checklist/{item}/tick"
    answer = Remote.from_environment(speaking_for).delete(path, {})
    shown.receipt(answer, f"{item} is open again.", json=json)


@app.command()
def add_item(
    incident: Which,
    section: Annotated[str, typer.Argument(help="detection, initial_response, investigation, …")],
    text: Annotated[str, typer.Argument(help="What is to be done.")],
    speaking_for: For = None,
    *,
    mandatory: Annotated[bool, typer.Option(help="Leaving it open takes a reason.")] = False,
    json: AsJson = False,
) -> None:
    """Add an item to this incident's checklist."""
    body = {"section": section, "text": text, "mandatory": mandatory}
    answer = Remote.from_environment(speaking_for).post(f"/v1/incidents/{incident}/checklist", body)
    shown.receipt(answer, f"Added to the checklist of {incident}: {text}", json=json)


@actions.command(name="start")
def start_action(
    incident: Which,
    kind: Annotated[
        str,
        typer.Argument(help="rollback, feature_flag, scale_up, failover, degraded_mode, other"),
    ],
    description: Annotated[str, typer.Argument(help="What exactly is done.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Start a mitigation action: record what is being tried."""
    path = f"/v1/incidents/{incident}/mitigation-actions"
    body = {"kind": kind, "description": description}
    answer = Remote.from_environment(speaking_for).post(path, body)
    shown.receipt(answer, f"{kind} has begun; `mitigation list` gives its number.", json=json)


@actions.command(name="end")
def end_action(
    incident: Which,
    number: Annotated[int, typer.Argument(help="Of the action, from 1.")],
    outcome: Annotated[str, typer.Argument(help="worked, failed or reverted")],
    comment: Annotated[str, typer.Option(help="What was seen.")] = "",
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """End a mitigation action with its outcome."""
    path = f"/v1/incidents/{incident}/mitigation-actions/{number}/outcome"
    body = {"outcome": outcome, "comment": comment}
    answer = Remote.from_environment(speaking_for).post(path, body)
    shown.receipt(answer, f"Action {number}: {outcome}.", json=json)


@actions.command(name="list")
def list_actions(incident: Which, *, json: AsJson = False) -> None:
    """List mitigation actions, oldest first."""
    answer = Remote.from_environment().get(f"/v1/incidents/{incident}/mitigation-actions")
    if json:
        shown.as_json(answer)
        return
    shown.table(
        ("#", "Kind", "Began (UTC)", "Ended (UTC)", "Outcome", "What"),
        (
            (
                str(one["number"]),
                one["kind"],
                shown.clock(one["started_at"]),
                shown.clock(one["ended_at"]),
                one["outcome"] or "running",
                one["description"] + (f" ({one['comment']})" if one["comment"] else ""),
            )
            for one in answer["mitigation_actions"]
        ),
    )
