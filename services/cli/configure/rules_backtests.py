"""Backtest command: the incidents and pages that routing rules would have made of what came."""

import json as jsons
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.progress import Progress

from services.cli import shown
from services.cli.configure.routing import rules, rules_in
from services.cli.options import AsJson
from services.cli.remote import LineLost, Remote
from services.cli.terminal import complaints

app = typer.Typer()  # the command belongs to the rules

PATH: Final = "/v1/routing-rules/backtest"
NDJSON: Final = "application/x-ndjson"
TALLIES: Final = ("incidents", "pages", "held")


@rules.command("backtest")
def backtest_rules(
    draft: Annotated[
        tuple[str, Path] | None,
        typer.Option(metavar="ID FILE", help="Rules to count in place of this list's."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="2026-11-22T00:00:00Z. Left out: 7 days before the end.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Left out: now.")] = None,
    quiet: Annotated[
        int, typer.Option(min=1, max=1440, help="Minutes of quiet that end an incident.")
    ] = 30,
    *,
    json: AsJson = False,
) -> None:
    """Say how many incidents and pages rules would have made of what came; nothing is stored."""
    asked: dict[str, Any] = {}
    if draft is not None:
        identity, file = draft
        asked["draft"] = {"routing_rules_id": identity, **rules_in(file)}
    query = {"since": since, "until": until, "quiet_minutes": quiet}
    result = _result(Remote.from_environment(), asked, query)
    if json:
        shown.as_json(result)
    else:
        _report(result, drafted=draft is not None)


def _result(remote: Remote, asked: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    """Return the result, and show meanwhile how far it is.

    Raises: Problem, LineLost.
    """
    with Progress(console=complaints, transient=True) as bar:
        task = bar.add_task("Messages", total=1.0)
        for line in remote.posted_lines(PATH, NDJSON, asked, **query):
            said: dict[str, dict[str, Any]] = jsons.loads(line)
            if "result" in said:
                return said["result"]
            far = said["progress"]
            words = f"{far['messages']} messages, until {shown.minute(far['until'])}"
            bar.update(task, completed=far["share"], description=words)
    raise LineLost("The backtest broke off before its end.", "Ask again, or for a shorter time.")


def _report(result: dict[str, Any], *, drafted: bool) -> None:
    before, after, really = result["before"], result["after"], result["recorded"]
    begin, end = shown.clock(result["starts_at"]), shown.clock(result["ends_at"])
    shown.say(f"{begin} to {end}: {result['messages']} messages, {after['alerts']} alerts opened.")
    if not result["reaches_back"]:
        since = result["kept_since"]
        said = f"since {shown.clock(since)}" if since else "at all"
        shown.say(f"No message before that is kept: they are {said}.", shown.NOTICE)
    for why, number in result["left_out"].items():
        shown.say(f"{number} messages: {why.replace('_', ' ')}.", shown.NOTICE)
    names = ("the rules of now", "the draft") if drafted else ("no rules", "the rules of now")
    shown.say(
        f"With {names[1]}: {after['incidents']} incidents instead of {before['incidents']} with"
        f" {names[0]}, {after['pages']} pages instead of {before['pages']}."
    )
    shown.say(f"Really: {really['incidents']} incidents, {really['paged']} of them paged somebody.")
    shown.table(
        ("Incidents", "Pages", "Held back", "Rule"),
        [(*_changes(one), f"{one['rule']} ({one['routing_rules_id']})") for one in result["rules"]],
    )
    for assumed in result["assumed"]:
        shown.say(f"- {assumed}")


def _changes(one: dict[str, Any]) -> list[str]:
    before, after = one["before"] or {}, one["after"] or {}
    return [f"{before.get(name, 0)} → {after.get(name, 0)}" for name in TALLIES]
