"""Subject commands: subjects forget."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()
subjects = typer.Typer(help="Personal data: forget a person.", no_args_is_help=True)
app.add_typer(subjects, name="subjects")


@subjects.callback()
def about() -> None:
    """Forget people."""


@subjects.command()
def forget(
    subject: Annotated[str, typer.Argument(metavar="ID", help="The responder's id.")],
    reason: Annotated[
        str, typer.Option(prompt=True, help="Why; kept for ever, so do not name them.")
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    json: AsJson = False,
) -> None:
    """Forget a person: their data can never be read again."""
    if not yes:
        typer.confirm(f"{subject} will be erased for ever. Go on?", abort=True)
    answer = Remote.from_environment().delete(f"/v1/subjects/{subject}", {"reason": reason})
    if json:
        shown.as_json(answer)
        return
    shown.say(f"{subject} is forgotten.")
    if left := answer["left_in_clear"]:
        shown.say(
            "Written before personal fields were sealed, and still readable:"
            f" the events at position {', '.join(left)}.",
            shown.NOTICE,
        )
