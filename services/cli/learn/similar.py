"""Similar incidents: what was seen before, and whether it is the same again."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()


@app.command()
def similar(incident: Which, *, json: AsJson = False) -> None:
    """List earlier incidents like this one, what ended them, and what is still to be done."""
    answer = Remote.from_environment().get(f"/v1/incidents/{incident}/similar")
    if json:
        shown.as_json(answer)
        return
    found = answer["incidents"]
    if not found:
        shown.say("Nothing like it was seen before.")
    for one in found:
        _show(one)


@app.command()
def repeat(
    incident: Which,
    earlier: Which,
    *,
    different: Annotated[bool, typer.Option("--no", help="They only look alike.")] = False,
    speaking_for: For = None,
    json: AsJson = False,
) -> None:
    """Say that an incident is an earlier one again, or with --no that it is not."""
    remote = Remote.from_environment(speaking_for)
    body = {"confirmed": not different}
    answer = remote.put(f"/v1/incidents/{incident}/repeats/{earlier}", body)
    verdict = "is not" if different else "is"
    shown.receipt(answer, f"{incident} {verdict} {earlier} again.", json=json)


def _show(one: dict[str, Any]) -> None:
    again = {True: ", the same again", False: ", only alike", None: ""}[one["repeat"]]
    shown.say(f"{one['reference']} {one['title']} ({one['declared_at'][:10]}{again})")
    shared = [f"the same {each}" for each in one["shared"]]
    shown.say(f"  Rests on: {', '.join([*one['words'], *shared])}")
    for label, text in (
        ("Declined as", one["declined_as"]),
        ("Helped", "; ".join(one["mitigated_by"]) or one["mitigation_summary"]),
        ("Resolved by", one["resolution_summary"]),
    ):
        if text:
            shown.say(f"  {label}: {text}")
    for item in one["open_action_items"]:
        due = f"due {item['due_on']}, {item['owner'] or 'team ' + str(item['team'])}"
        shown.say(f"  Still open: {item['reference']} {item['text']} ({due})", shown.NOTICE)
