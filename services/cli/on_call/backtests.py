"""Backtest commands: whom a changed policy or schedule would have paged for past incidents."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

import typer

from services.cli import shown
from services.cli.configure.bodies import File, read_yaml
from services.cli.configure.nouns import Id, Noun
from services.cli.configure.policies import POLICY, policies
from services.cli.on_call.schedules import SCHEDULE, schedules
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()  # the commands belong to the policies and the schedules

Begin = Annotated[
    str | None,
    typer.Option("--from", help="From when: 2026-09-01T00:00:00Z. Else 90 days before the end."),
]
Until = Annotated[str | None, typer.Option(help="Until when; else now.")]
SIDES: Final = ("before", "after")


@policies.command("backtest")
def backtest_policy(
    identity: Id,
    file: File = None,
    begin: Begin = None,
    until: Until = None,
    *,
    json: AsJson = False,
) -> None:
    """Say whom the policy in a file would have paged for past incidents; nobody is."""
    answer = Remote.from_environment().post(
        _path(POLICY, identity, begin, until), None if file is None else read_yaml(file)
    )
    _report(answer, json=json)


@schedules.command("backtest")
def backtest_schedule(
    identity: Id,
    file: File = None,
    begin: Begin = None,
    until: Until = None,
    *,
    json: AsJson = False,
) -> None:
    """Say whom past incidents would have paged, had the schedule been as in a file."""
    answer = Remote.from_environment().post(
        _path(SCHEDULE, identity, begin, until), None if file is None else read_yaml(file)
    )
    _report(answer, json=json)


def _path(noun: Noun, identity: str, begin: str | None, until: str | None) -> str:
    asked = {"from": begin, "until": until}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"{noun.path}/{identity}/backtest" + (f"?{query}" if query else "")


def _report(answer: Any, *, json: bool) -> None:
    if json:
        shown.as_json(answer)
        return
    totals = answer["totals"]
    shown.say(
        f"{answer['starts_at']} to {answer['ends_at']}: {totals['incidents']} incidents,"
        f" {totals['incidents_that_differ']} of them paged differently,"
        f" {totals['first_pages_that_differ']} with somebody else first."
    )
    if answer["cut"]:
        shown.say("There are older ones in the period: ask for a shorter one to see them.")
    empty = [totals[f"empty_levels_{side}"] for side in SIDES]
    shown.say(f"Levels that reach nobody: {empty[0]} before, {empty[1]} after.")
    shares = [(one["responder_id"], *_shares(one)) for one in totals["people"]]
    shown.table(("Who", "Pages", "Nights"), shares)
    differing = [one for one in answer["incidents"] if one["differs"]]
    rows = [
        (one["reference"], page["started_at"], *(whom(page[side]) for side in SIDES))
        for one in differing
        for page in one["pages"]
        if page["differs"]
    ]
    if rows:
        shown.table(("Incident", "Paged at", "Before", "After"), rows)
    for assumption in answer["assumed"]:
        shown.say(assumption)


def _shares(person: dict[str, Any]) -> tuple[str, ...]:
    before, after = (person[side] for side in SIDES)
    return tuple(f"{before[what]} → {after[what]}" for what in ("pages", "nights"))


def whom(levels: list[dict[str, Any]]) -> str:
    """Return whom a page reached, level by level."""
    return " → ".join(
        ", ".join(one["responder_id"] for one in level["people"])
        or ("left out" if level["skipped"] else "NOBODY")
        for level in levels
    )
