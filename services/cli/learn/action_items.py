"""Action item commands: list them, open one, and say how it was over."""

from typing import Annotated, Any

import typer

from events.action_item.item import ActionItemState, ActionKind, Priority
from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Problem, Remote

app = typer.Typer()
action_item = typer.Typer(
    help="Action items: open, start, done, drop, move, reopen, link.", no_args_is_help=True
)
app.add_typer(action_item, name="action-item")

Item = Annotated[str, typer.Argument(metavar="ITEM", help="INC-1042-A3; `action-items` shows it.")]
Why = Annotated[str, typer.Option("--reason", help="Why; people read it later.")]


@app.command("action-items")
def action_items(
    owner: Annotated[str | None, typer.Option(help="Only theirs, by responder id.")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team's, by id.")] = None,
    state: Annotated[
        list[ActionItemState] | None, typer.Option(help="Left out: those that are not over.")
    ] = None,
    due_before: Annotated[
        str | None, typer.Option(help="2027-01-15, not included; today's date: what is late.")
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """List the action items of all incidents, earliest due date first."""
    asked: dict[str, Any] = {"owner": owner, "team": team, "due_before": due_before}
    if state:
        asked["state"] = [str(one) for one in state]
    found = list(
        Remote.from_environment().all_of("/v1/action-items", "action_items", "cursor", **asked)
    )
    if json:
        shown.as_json(found)
    else:
        shown.table(("Item", "Due", "State", "", "Owner", "What"), map(_line, found))


def _line(one: dict[str, Any]) -> tuple[str, ...]:
    owner = one["owner"] or f"team {one['team']}"
    return one["reference"], one["due_on"], one["state"], one["priority"], owner, one["text"]


@action_item.command("open")
def open_item(
    incident: Which,
    text: Annotated[str, typer.Argument(help="What is changed; begin with a verb.")],
    action: Annotated[ActionKind, typer.Option(help="What it is for.")],
    owner: Annotated[str | None, typer.Option(help="Who sees to it, by responder id.")] = None,
    team: Annotated[str | None, typer.Option(help="Whose it is until somebody takes it.")] = None,
    priority: Annotated[Priority, typer.Option(help="How urgent it is.")] = Priority.P2,
    due: Annotated[
        str | None, typer.Option(help="2027-01-15; left out: as the practice asks.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Open an action item of an incident."""
    body = {
        "text": text,
        "action": action,
        "owner": owner,
        "team": team,
        "priority": priority,
        "due_on": due,
    }
    remote = Remote.from_environment(speaking_for)
    answer = remote.post(f"/v1/incidents/{incident}/action-items", body)
    shown.receipt(answer, f"The action item of {incident} is open.", json=json)
    if not json:
        for hint in answer["warnings"]:
            shown.say(hint, shown.NOTICE)


@action_item.command()
def start(item: Item, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Say that somebody works on it."""
    _give(item, "start", None, "is started", speaking_for, json=json)


@action_item.command()
def done(
    item: Item,
    evidence: Annotated[str | None, typer.Option(help="Where one sees that: https://…")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Say that it is done."""
    _give(item, "completion", {"evidence_url": evidence}, "is done", speaking_for, json=json)


@action_item.command()
def drop(item: Item, reason: Why, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Say aloud that it will not be done."""
    _give(item, "drop", {"reason": reason}, "is dropped", speaking_for, json=json)


@action_item.command()
def reopen(item: Item, reason: Why, speaking_for: For = None, *, json: AsJson = False) -> None:
    """Take back that it is over."""
    _give(item, "reopening", {"reason": reason}, "is open again", speaking_for, json=json)


@action_item.command()
def move(
    item: Item,
    due: Annotated[str, typer.Argument(help="2027-02-01.")],
    reason: Why,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Move its due date."""
    remote = Remote.from_environment(speaking_for)
    path = f"{_path_of(remote, item)}/due-date"
    answer = remote.put(path, {"due_on": due, "reason": reason})
    shown.receipt(answer, f"{item} is due on {due}.", json=json)


@action_item.command()
def link(
    item: Item,
    tracker: Annotated[str, typer.Option(help="Where; `tracker list` shows them.")],
    key: Annotated[
        str | None, typer.Option(help="412, OPS-12: an issue that is there. Left out: a new one.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Have it become an issue of a tracker, or say which one it is."""
    body = {"tracker_id": tracker} | ({"key": key} if key else {})
    became = f"is issue {key} in {tracker}" if key else f"becomes an issue in {tracker}"
    _give(item, "issue", body, became, speaking_for, json=json)


def _give(
    item: str,
    what: str,
    body: dict[str, Any] | None,
    became: str,
    speaking_for: str | None,
    *,
    json: bool,
) -> None:
    remote = Remote.from_environment(speaking_for)
    answer = remote.post(f"{_path_of(remote, item)}/{what}", body)
    shown.receipt(answer, f"{item} {became}.", json=json)


def _path_of(remote: Remote, item: str) -> str:
    incident, _, _ = item.rpartition("-A")
    if not incident:
        raise Problem(
            f"No such action item: {item}.", "Name it as `tocsin action-items` does: INC-1042-A3."
        )
    path = f"/v1/incidents/{incident}/action-items"
    found = remote.get(path)["action_items"]
    for one in found:
        if one["reference"] == item:
            return f"{path}/{one['action_item_id']}"
    raise Problem(f"No such action item: {item}.", f"{incident} has {len(found)} action items.")
