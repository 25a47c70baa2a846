"""On-call commands: who is on call, and taking the pager."""

from typing import Annotated

import typer
from rich.text import Text

from services.cli import shown
from services.cli.on_call import shown_shifts
from services.cli.on_call.clocks import HOW, day_and_time, local, moment
from services.cli.on_call.schedules import zone_of
from services.cli.options import AsJson, For
from services.cli.remote import Remote

app = typer.Typer()
oncall = typer.Typer()
app.add_typer(oncall, name="oncall")


@oncall.callback(invoke_without_command=True, help="Show who is on call, or take the pager.")
def who(
    context: typer.Context,
    at: Annotated[str | None, typer.Option(help=f"When: {HOW} Else now.")] = None,
    schedule: Annotated[str | None, typer.Option(help="In this schedule only.")] = None,
    team: Annotated[str | None, typer.Option(help="In the schedules of this team only.")] = None,
    person: Annotated[str | None, typer.Option(help="Where this person is on call.")] = None,
    *,
    json: AsJson = False,
) -> None:
    """Show who is on call, until when, and who is next."""
    if context.invoked_subcommand is not None:
        return
    remote = Remote.from_environment()
    zone = zone_of(remote, schedule) if schedule and at else "UTC"
    answer = remote.get(
        "/v1/on-call",
        at=None if at is None else moment(at, zone),
        schedule=schedule,
        team=team,
        responder=person,
    )
    if json:
        shown.as_json(answer)
        return
    rows = [
        (
            one["schedule_id"],
            shown_shifts.on_call(one["now"]),
            day_and_time(one["now"]["ends_at"], one["zone"]),
            shown_shifts.by_what(one["now"]) or "—",
            shown_shifts.people(one["next"]["on_call"]) if one["next"] else "—",
            Text(one["zone"], style="dim"),
        )
        for one in answer["schedules"]
    ]
    shown.table(("Schedule", "On call", "Until", "By", "Next", "Times in"), rows)
    if at:
        shown.say(f"At {local(answer['at'], zone):%a %d %b %Y %H:%M} {zone}.")


@oncall.command("take")
def take(
    schedule: Annotated[str, typer.Argument(help="Whose pager.")],
    until: Annotated[
        str | None, typer.Option(help=f"Until when: {HOW} Else until the next hand-off.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why, for those who read it later.")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Take the pager: be on call from now on in the place of whoever is."""
    remote = Remote.from_environment(speaking_for)
    zone = zone_of(remote, schedule)
    body = {"until": None if until is None else moment(until, zone), "reason": reason}
    answer = remote.post(f"/v1/schedules/{schedule}/take", body)
    if json:
        shown.as_json(answer)
    elif answer["until"] is None:
        shown.say("You have it already, alone.")
    else:
        shown.say(f"You have the pager until {day_and_time(answer['until'], zone)} {zone}.")
