"""Delivery command: what became of every message, by page and by person."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()

MOST = 50


@app.command("deliveries")
def deliveries(
    responder: Annotated[str | None, typer.Option(help="Messages to this person.")] = None,
    page: Annotated[str | None, typer.Option(help="Messages of this page, by its id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="The newest so many.")] = MOST,
    *,
    json: AsJson = False,
) -> None:
    """Show the newest messages to a person or of a page, and what became of each."""
    if (responder is None) == (page is None):
        raise typer.BadParameter("Say whose messages: --responder or --page.")
    whose = f"responders/{responder}" if responder else f"pages/{page}"
    answer = Remote.from_environment().get(f"/v1/{whose}/deliveries", limit=limit)
    if json:
        shown.as_json(answer)
        return
    columns = ("When", "To", "Over", "What", "State", "Tries", "Why")
    shown.table(columns, [_row(one) for one in answer["deliveries"]])


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    what = one["kind"].replace("_", " ")
    if one["level"] is not None:
        what = f"{what}, level {one['level']}, round {one['round']}"
    if one["repeat"]:
        what = f"{what}, repeat {one['repeat']}"
    return (
        shown.minute(one["finished_at"] or one["not_before"] or one["intended_at"]),
        one["responder_id"],
        one["channel"],
        what,
        _state(one),
        str(one["attempts"]),
        one["error"] or one["receipt_error"] or ("declined" if one["declined_at"] else ""),
    )


def _state(one: dict[str, Any]) -> str:
    waits = one["state"] == "intended" and one["not_before"] is not None
    if waits:
        return "waits"
    return str(one["receipt"] or one["state"])
