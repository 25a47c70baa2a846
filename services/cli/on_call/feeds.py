"""Calendar feed commands: who is on call, in a calendar of your own."""

from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.on_call.who import oncall
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()  # the commands belong to who is on call
feed = typer.Typer(help="Calendar feeds: add, list, revoke.", no_args_is_help=True)
oncall.add_typer(feed, name="feed")


@feed.command("add")
def add(
    schedule: Annotated[str | None, typer.Option(help="Of this schedule.")] = None,
    person: Annotated[str | None, typer.Option(help="Or of this person, everywhere.")] = None,
    *,
    meetings: Annotated[
        bool,
        typer.Option("--meetings", help="Of meetings about postmortems: all, or this person's."),
    ] = False,
    json: AsJson = False,
) -> None:
    """Have a calendar's address issued; prints it once. Whoever has it can read the calendar."""
    remote = Remote.from_environment()
    body = {"schedule_id": schedule, "responder_id": person, "meetings": meetings}
    answer = remote.post("/v1/feeds", body)
    if json:
        shown.as_json(answer)
        return
    shown.say(f"Calendar {answer['feed_id']}: {remote.url}{answer['path']}")
    shown.say("Keep the address now: it is not shown again.", shown.NOTICE)


@feed.command("list")
def every(*, json: AsJson = False) -> None:
    """List the calendar feeds, the revoked ones too."""
    answer = Remote.from_environment().get("/v1/feeds")
    if json:
        shown.as_json(answer)
        return
    shown.table(
        ("Id", "Of", "Issued by", "Issued", "State"),
        [
            (
                one["feed_id"],
                _of(one),
                one["issued_by"],
                shown.clock(one["issued_at"]),
                "revoked" if one["revoked_at"] else "open",
            )
            for one in answer["feeds"]
        ],
    )


def _of(one: Any) -> str:
    """Return what a calendar shows."""
    subject = one["schedule_id"] or one["responder_id"]
    if one["meetings"]:
        return f"meetings of {subject}" if subject else "all meetings"
    return str(subject)


@feed.command("revoke")
def revoke(
    identity: Annotated[str, typer.Argument(metavar="ID", help="As the list shows it.")],
    *,
    json: AsJson = False,
) -> None:
    """Make a calendar's address lead nowhere, at once and for good."""
    answer = Remote.from_environment().delete(f"/v1/feeds/{identity}")
    shown.receipt(answer, f"Revoked calendar {identity}.", json=json)
