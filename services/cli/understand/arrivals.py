"""Arrival commands: what a monitor sent, what became of it, and taking it anew."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

arrivals = typer.Typer(no_args_is_help=True, help="See what monitors sent, and replay it.")
app = typer.Typer()
app.add_typer(arrivals, name="arrivals")

Arrival = Annotated[str, typer.Argument(metavar="ARRIVAL", help="Its id.")]


@arrivals.command("list")
def list_arrivals(
    integration: Annotated[str, typer.Argument(metavar="INTEGRATION", help="Its id.")],
    outcome: Annotated[
        str | None, typer.Option(help="Only these: unreadable, put_off, waiting, opened ...")
    ] = None,
    before: Annotated[str | None, typer.Option(help="Only those before this arrival.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="The newest so many.")] = 50,
    *,
    json: AsJson = False,
) -> None:
    """List the newest messages of an integration, and what became of each."""
    answer = Remote.from_environment().get(
        f"/v1/integrations/{integration}/arrivals", outcome=outcome, before=before, limit=limit
    )
    if json:
        shown.as_json(answer)
        return
    columns = ("Arrival", "At", "Became", "Incident", "Why")
    shown.table(columns, [_row(one) for one in answer["arrivals"]])


@arrivals.command("show")
def show_arrival(arrival: Arrival, *, json: AsJson = False) -> None:
    """Show what a message said, without its secrets."""
    one = Remote.from_environment().get(f"/v1/arrivals/{arrival}")
    if json:
        shown.as_json(one)
        return
    shown.facts(
        {
            "Arrived": shown.clock(one["arrived_at"]),
            "Integration": one["integration_id"],
            "Source": one["source"],
            "Bytes": _size(one),
            "SHA-256": one["sha256"],
            **_became(one),
            "Blacked out": str(one["redactions"]),
            **{f"{name}:": value for name, value in one["headers"].items()},
        }
    )
    shown.say(one["body"] if one["body"] is not None else "The key that sealed it is gone.")


@arrivals.command("replay")
def replay_arrival(
    arrival: Arrival,
    *,
    for_real: Annotated[
        bool, typer.Option("--for-real", help="Take it in anew: it may page somebody.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Say what would become of a message by the rules of now, or take it in anew."""
    body = {"for_real": for_real}
    answer = Remote.from_environment().post(f"/v1/arrivals/{arrival}/replay", body)
    if json:
        shown.as_json(answer)
        return
    shown.facts(
        {
            "Taken": "anew" if for_real else "as a dry run: nothing happened",
            **_became(answer),
            "Arrival": answer["arrival_id"],
            "Blacked out": str(answer["redactions"]),
        }
    )


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    return (
        one["arrival_id"],
        shown.minute(one["arrived_at"]),
        one["outcome"].replace("_", " "),
        one["reference"] or "—",
        one["reason"] or "",
    )


def _became(one: dict[str, Any]) -> dict[str, str | None]:
    return {
        "Became": one["outcome"].replace("_", " "),
        "Why": one["reason"],
        "Incident": one["reference"],
        "Change": one["change_id"],
    }


def _size(one: dict[str, Any]) -> str:
    whole = one["kept"] == one["size"]
    return str(one["size"]) if whole else f"{one['size']}, {one['kept']} kept"
