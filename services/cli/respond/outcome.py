"""Outcome command: what became of a command that was accepted for later."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()


@app.command()
def outcome(
    command_id: Annotated[str, typer.Argument(metavar="COMMAND", help="The command's id.")],
    *,
    json: AsJson = False,
) -> None:
    """Show what became of a command that was accepted for later."""
    answer = Remote.from_environment().get(f"/v1/commands/{command_id}")
    if json:
        shown.as_json(answer)
        return
    refusal = answer.get("problem")
    shown.facts(
        {
            "Command": command_id,
            "Status": answer["status"],
            "Refused": refusal and f"{refusal['title']} {refusal.get('detail', '')}",
        }
    )
