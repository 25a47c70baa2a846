"""Personal hours commands: when a person works and sleeps, by their own clock."""

from typing import Annotated, Any, Final

import typer

from services.cli import shown
from services.cli.configure.bodies import File, body_of
from services.cli.configure.notification_rules import QUIET, responders
from services.cli.configure.nouns import Id, report
from services.cli.options import AsJson
from services.cli.remote import Remote

hours = typer.Typer(help="When people work and sleep: set, show.", no_args_is_help=True)
responders.add_typer(hours, name="hours")

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@hours.command("set")
def set_hours(
    identity: Id,
    zone: Annotated[str | None, typer.Option(help="Where they live: Europe/Berlin.")] = None,
    work: Annotated[
        str | None, typer.Option(help="Left out: 08:00-18:00.", metavar="FROM-TO")
    ] = None,
    sleep: Annotated[
        str | None, typer.Option(help="Left out: 22:00-08:00.", metavar="FROM-TO")
    ] = None,
    days: Annotated[
        str | None, typer.Option(help="Days of work: mon,tue,wed. Left out: Monday to Friday.")
    ] = None,
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Say in which zone somebody lives, and when they work and sleep; load is measured by it."""
    said: dict[str, Any] = {"zone": zone, "work_days": days_in(days) if days else None}
    body = body_of(file, **said, **span_in("work", work), **span_in("sleep", sleep))
    answer = Remote.from_environment().put(f"/v1/responders/{identity}/hours", body)
    report(answer, f"Set the hours of {identity}.", json=json)


@hours.command("show")
def show_hours(identity: Id, *, json: AsJson = False) -> None:
    """Show when somebody works and sleeps."""
    answer = Remote.from_environment().get(f"/v1/responders/{identity}")["hours"]
    if json:
        shown.as_json(answer)
    elif answer is None:
        shown.say(f"Nobody has said when {identity} works and sleeps: UTC is taken.", shown.NOTICE)
    else:
        names = ", ".join(DAYS[day - 1] for day in answer["work_days"]) or "on no day"
        shown.say(f"By the clock of {answer['zone']}:")
        shown.say(f"  work   {_span(answer, 'work')}, {names}")
        shown.say(f"  sleep  {_span(answer, 'sleep')}")


def span_in(what: str, text: str | None) -> dict[str, str | None]:
    """Return the members of a body that an option says: 08:00-18:00.

    Raises: typer.BadParameter.
    """
    if text is None:
        return {}
    parts = QUIET.fullmatch(text)
    if parts is None:
        raise typer.BadParameter(f"{text!r} are no hours of {what}: write them as 08:00-18:00.")
    return {f"{what}_begins": f"{parts['begins']}:00", f"{what}_ends": f"{parts['ends']}:00"}


def days_in(text: str) -> list[int]:
    """Return the days of the week that an option names.

    Raises: typer.BadParameter.
    """
    named = [one.strip().lower()[:3] for one in text.split(",")]
    if unknown := [one for one in named if one not in DAYS]:
        raise typer.BadParameter(f"{unknown[0]!r} is no day: write {', '.join(DAYS)}.")
    return [DAYS.index(one) + 1 for one in named]


def _span(answer: dict[str, Any], what: str) -> str:
    return f"{answer[f'{what}_begins'][:5]} to {answer[f'{what}_ends'][:5]}"
