"""Hints on wording: what a postmortem asks whoever wrote it, and what they wave aside."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.learn.postmortem import postmortem
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()  # the commands belong to the postmortems


@postmortem.command()
def hints(incident: Which, *, speaking_for: For = None, json: AsJson = False) -> None:
    """List where the wording of what you wrote blames somebody, and what to ask instead."""
    answer = Remote.from_environment(speaking_for).get(f"/v1/incidents/{incident}/postmortem/hints")
    if json:
        shown.as_json(answer)
        return
    if not answer["hints"]:
        shown.say("No hints to what you wrote.")
    for one in answer["hints"]:
        shown.say(f"{one['section']}: “{one['phrase']}”")
        shown.say(f"  {one['why']} {one['question']}")
        shown.say(f"  To dismiss it: {one['key']}", shown.NOTICE)


@postmortem.command()
def dismiss(
    incident: Which,
    key: Annotated[str, typer.Argument(help="Of the hint; `hints` lists it.")],
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Wave a hint aside: it is not given again for this phrase in this section."""
    path = f"/v1/incidents/{incident}/postmortem/hints/{key}/dismissal"
    answer = Remote.from_environment(speaking_for).post(path)
    shown.receipt(answer, "The hint is not given again.", json=json)
