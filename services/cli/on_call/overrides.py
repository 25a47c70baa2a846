"""Override commands: who stands in for whom."""

from typing import Annotated

import typer

from services.cli import shown
from services.cli.configure.nouns import report
from services.cli.on_call.clocks import HOW, day_and_time, moment
from services.cli.on_call.schedules import zone_of
from services.cli.options import AsJson, For
from services.cli.remote import Remote

app = typer.Typer()
override = typer.Typer(
    help="Overrides of a schedule: add, change, withdraw, list.", no_args_is_help=True
)
app.add_typer(override, name="override")

Schedule = Annotated[str, typer.Argument(metavar="SCHEDULE", help="In which schedule.")]
Which = Annotated[str, typer.Argument(metavar="OVERRIDE", help="Its id, as the list shows it.")]


@override.command("add")
def add(
    schedule: Schedule,
    begin: Annotated[str, typer.Option("--from", help=f"From when: {HOW}")],
    until: Annotated[str, typer.Option(help="Until when; that moment is the next one's.")],
    off: Annotated[str | None, typer.Option(help="Who is not on call then.")] = None,
    on: Annotated[str | None, typer.Option(help="Who is; with --off in that one's place.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why, for those who read it later.")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Have somebody on call for somebody else, or in addition, or nobody for somebody."""
    remote = Remote.from_environment(speaking_for)
    zone = zone_of(remote, schedule)
    body = {
        "starts_at": moment(begin, zone),
        "ends_at": moment(until, zone),
        "off": off,
        "on": on,
        "reason": reason,
    }
    answer = remote.post(f"/v1/schedules/{schedule}/overrides", body)
    report(answer, f"Made override {answer['override_id']}.", json=json)


@override.command("change")
def change(
    schedule: Schedule,
    which: Which,
    begin: Annotated[str | None, typer.Option("--from", help=f"From when: {HOW}")] = None,
    until: Annotated[str | None, typer.Option(help="Until when.")] = None,
    from_day: Annotated[
        str | None, typer.Option(help="Another day to begin: the time and the end stay.")
    ] = None,
    until_day: Annotated[
        str | None, typer.Option(help="Another day to end: the time and the start stay.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="Who is on call.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Change part of an override; the rest stays as it is."""
    remote = Remote.from_environment(speaking_for)
    zone = zone_of(remote, schedule)
    body = {
        "starts_at": None if begin is None else moment(begin, zone),
        "ends_at": None if until is None else moment(until, zone),
        "starts_on": from_day,
        "ends_on": until_day,
        "on": on,
        "reason": reason,
    }
    answer = remote.patch(f"/v1/schedules/{schedule}/overrides/{which}", body)
    report(answer, f"Changed override {which}.", json=json)


@override.command("withdraw")
def withdraw(
    schedule: Schedule, which: Which, speaking_for: For = None, *, json: AsJson = False
) -> None:
    """Let an override hold no more; where it held until now, it did."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.delete(f"/v1/schedules/{schedule}/overrides/{which}")
    report(answer, f"Withdrew override {which}.", json=json)


@override.command("list")
def every(
    schedule: Schedule,
    begin: Annotated[str, typer.Option("--from", help=f"That hold after: {HOW}")] = "now",
    until: Annotated[str | None, typer.Option(help="That hold before; else 90 days.")] = None,
    *,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Also those.")] = False,
    json: AsJson = False,
) -> None:
    """List the overrides of a schedule, by when they begin."""
    remote = Remote.from_environment()
    zone = zone_of(remote, schedule)
    query = {"from": moment(begin, zone), "until": None if until is None else moment(until, zone)}
    answer = remote.get(
        f"/v1/schedules/{schedule}/overrides",
        withdrawn="true" if withdrawn else None,
        **query,
    )
    if json:
        shown.as_json(answer)
        return
    rows = [
        (
            one["override_id"],
            day_and_time(one["starts_at"], zone),
            day_and_time(one["ends_at"], zone),
            one["off"] or "—",
            one["on"] or "nobody",
            "withdrawn" if one["withdrawn_at"] else one["reason"] or "—",
        )
        for one in answer["overrides"]
    ]
    shown.table(("Override", "From", "Until", "Off", "On", "Why"), rows)
    shown.say(f"Times in {zone}.")
