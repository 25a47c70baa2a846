"""Page test command: whether somebody can be paged, before anything happens."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()


@app.command("page-test")
def page_test(
    responder: Annotated[str, typer.Argument(help="The responder's id.")], *, json: AsJson = False
) -> None:
    """Send a test message over each of a responder's contact methods."""
    answer = Remote.from_environment().post(f"/v1/responders/{responder}/page-tests")
    failed = [one for one in answer["methods"] if not one["taken"]]
    if json:
        shown.as_json(answer)
    elif not answer["methods"]:
        shown.say(f"{responder} has no contact method: nobody can page {responder}.", shown.NOTICE)
    for one in () if json else answer["methods"]:
        took = f"after {one['seconds']:.1f} s"
        if one["taken"]:
            name = f" as {one['provider_id']}" if one["provider_id"] else ""
            shown.say(f"{one['channel']}: taken by the provider {took}{name}.")
        else:
            shown.say(f"{one['channel']}: not taken {took}: {one['fault']}.", shown.NOTICE)
    if failed or not answer["methods"]:
        raise typer.Exit(1)
