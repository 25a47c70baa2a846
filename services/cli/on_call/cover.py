"""Cover commands: asking others to take a shift, and taking one."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.configure.nouns import report
from services.cli.on_call.clocks import HOW, day_and_time, moment
from services.cli.on_call.schedules import zone_of
from services.cli.options import AsJson, For
from services.cli.remote import Remote

app = typer.Typer()
cover = typer.Typer(
    help="Cover of a shift: ask, accept, decline, withdraw, list, note.", no_args_is_help=True
)
app.add_typer(cover, name="cover")

Schedule = Annotated[str, typer.Argument(metavar="SCHEDULE", help="In which schedule.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Of the request.")]
From = Annotated[str | None, typer.Option("--from", help=f"From when: {HOW}")]


@cover.command("ask")
def ask(
    schedule: Schedule,
    begin: Annotated[str, typer.Option("--from", help=f"From when: {HOW}")],
    until: Annotated[str, typer.Option(help="Until when; that moment is yours again.")],
    of: Annotated[
        list[str] | None, typer.Option(help="Whom to ask; once for each. Else the whole team.")
    ] = None,
    return_from: Annotated[
        str | None, typer.Option(help="A swap: from when you take a shift of theirs.")
    ] = None,
    return_until: Annotated[str | None, typer.Option(help="A swap: until when.")] = None,
    reason: Annotated[str | None, typer.Option(help="For whoever is asked.")] = None,
    shift_of: Annotated[
        str | None, typer.Option(help="Whose shift it is, if not yours: for managers.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Ask others to take your shift, or part of it."""
    if (return_from is None) != (return_until is None):
        raise typer.BadParameter("A swap needs both --return-from and --return-until.")
    remote = Remote.from_environment(speaking_for)
    zone = zone_of(remote, schedule)
    body: dict[str, Any] = {
        "starts_at": moment(begin, zone),
        "ends_at": moment(until, zone),
        "asked_ids": of or [],
        "reason": reason,
        "responder_id": shift_of,
    }
    if return_from is not None and return_until is not None:
        swap = {"starts_at": moment(return_from, zone), "ends_at": moment(return_until, zone)}
        body["in_return"] = swap
    answer = remote.post(f"/v1/schedules/{schedule}/cover-requests", body)
    report(answer, f"Asked for cover: request {answer['number']}.", json=json)


@cover.command("accept")
def accept(
    schedule: Schedule,
    number: Number,
    begin: From = None,
    until: Annotated[str | None, typer.Option(help="Until when.")] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Take the shift, or part of it: what is left stays open."""
    remote = Remote.from_environment(speaking_for)
    zone = zone_of(remote, schedule)
    body = {
        "starts_at": None if begin is None else moment(begin, zone),
        "ends_at": None if until is None else moment(until, zone),
    }
    answer = remote.post(f"/v1/schedules/{schedule}/cover-requests/{number}/acceptance", body)
    report(answer, "You are on call for it.", json=json)


@cover.command("decline")
def decline(
    schedule: Schedule, number: Number, speaking_for: For = None, *, json: AsJson = False
) -> None:
    """Say that you do not take the shift."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.post(f"/v1/schedules/{schedule}/cover-requests/{number}/refusal")
    report(answer, f"Declined request {number}.", json=json)


@cover.command("withdraw")
def withdraw(
    schedule: Schedule, number: Number, speaking_for: For = None, *, json: AsJson = False
) -> None:
    """Ask for cover no more; what was taken stays taken."""
    remote = Remote.from_environment(speaking_for)
    answer = remote.delete(f"/v1/schedules/{schedule}/cover-requests/{number}")
    report(answer, f"Withdrew request {number}.", json=json)


@cover.command("list")
def requests(
    schedule: Schedule,
    status: Annotated[
        str | None, typer.Option(help="open, accepted, declined, expired or withdrawn.")
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """List the cover requests of a schedule, the newest first."""
    remote = Remote.from_environment()
    zone = zone_of(remote, schedule)
    answer = remote.get(f"/v1/schedules/{schedule}/cover-requests", status=status)
    if json:
        shown.as_json(answer)
        return
    shown.table(
        ("No.", "Status", "Shift of", "From", "Until", "Asked", "Taken"),
        [
            (
                str(one["number"]),
                one["status"],
                one["responder_id"],
                day_and_time(one["starts_at"], zone),
                day_and_time(one["ends_at"], zone),
                ", ".join(one["asked_ids"]) or "the team",
                "; ".join(taken(part, zone) for part in one["taken"]) or "—",
            )
            for one in answer["cover_requests"]
        ],
    )


@cover.command("note")
def note(
    schedule: Schedule,
    text: Annotated[
        str | None, typer.Argument(help="What whoever is next should know. Else: show the notes.")
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Leave a hand-over note on your shift, or read those of the last month."""
    remote = Remote.from_environment(speaking_for)
    path = f"/v1/schedules/{schedule}/hand-over-notes"
    if text is not None:
        report(remote.post(path, {"text": text}), "Left a hand-over note.", json=json)
        return
    answer = remote.get(path)
    if json:
        shown.as_json(answer)
        return
    zone = zone_of(remote, schedule)
    shown.table(
        ("Shift until", "By", "Note"),
        [
            (day_and_time(one["shift_ends_at"], zone), one["responder_id"], one["text"])
            for one in answer["hand_over_notes"]
        ],
    )


def taken(part: Mapping[str, Any], zone: str) -> str:
    """Return who took a part."""
    begin, end = (day_and_time(part[name], zone) for name in ("starts_at", "ends_at"))
    return f"{part['responder_id']} {begin} to {end}"
