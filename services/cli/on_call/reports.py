"""Report commands: how much of the time somebody is on call, and how evenly it is shared."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.text import Text

from services.cli import shown
from services.cli.configure.nouns import Id
from services.cli.drawing.bars import MEASURES, fairness_drawing
from services.cli.drawing.lanes import NOBODY, coverage_drawing, lanes_of
from services.cli.drawing.page import write_drawing
from services.cli.drawing.strips import bar, strip
from services.cli.on_call.clocks import HOW, day_and_time, moment
from services.cli.on_call.schedules import SCHEDULE, schedules, zone_of
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()  # the commands belong to the schedules

Begin = Annotated[str, typer.Option("--from", help=f"From when: {HOW}")]
Until = Annotated[str | None, typer.Option(help="Until when; else a year.")]
Draw = Annotated[
    Path | None, typer.Option(help="Draw it to this file, too: .svg, or .html with the numbers.")
]
CAUSES: Final = {
    "forgotten": "can be paged no more",
    "override": "taken off by an override",
    "empty_slot": "an empty slot, on purpose",
    "nothing_planned": "nothing is planned",
}
SHOWN_GAPS: Final = 20


@schedules.command("coverage")
def coverage(
    identity: Id,
    begin: Begin = "now",
    until: Until = None,
    draw: Draw = None,
    *,
    json: AsJson = False,
) -> None:
    """Show how much of the time somebody is on call, and each gap with its cause."""
    answer = asked("coverage", identity, begin, until, turns="true")
    rows = [
        (day_and_time(gap["starts_at"], answer["zone"]), hours_of(gap), cause_of(gap))
        for gap in answer["gaps"]
    ]
    columns = ("Gap from", "Hours", "Cause")
    if draw is not None:
        write_drawing(draw, coverage_drawing(answer), f"Coverage of {identity}", columns, rows)
    if json:
        shown.as_json(answer)
        return
    shown.say(
        f"{identity}: {answer['percent']:g} % covered, {answer['uncovered_hours']:g} hours without"
        f" anybody. Times in {answer['zone']}."
    )
    strips(answer)
    if rows:
        shown.table(columns, rows[:SHOWN_GAPS])
    more = len(rows) - SHOWN_GAPS + answer["gaps_left_out"]
    if more > 0:
        shown.say(f"And {more} more gaps: --json or --draw has them.", shown.NOTICE)


@schedules.command("fairness")
def fairness(
    identity: Id,
    begin: Begin = "now",
    until: Until = None,
    draw: Draw = None,
    *,
    json: AsJson = False,
) -> None:
    """Show hours, nights, weekends and holidays of each person, and how evenly they are shared."""
    answer = asked("fairness", identity, begin, until)
    columns = ("Person", *MEASURES, "Shifts")
    rows = [
        (one["responder_id"], *(f"{one[name]:g}" for name in MEASURES.values()), f"{one['shifts']}")
        for one in answer["people"]
    ]
    if draw is not None:
        write_drawing(draw, fairness_drawing(answer), f"Fairness of {identity}", columns, rows)
    if json:
        shown.as_json(answer)
        return
    shown.say(
        f"{identity}: balance {answer['balance']} of 100, nights {answer['night_balance']},"
        f" weekends {answer['weekend_balance']}."
    )
    largest = max((one["hours"] for one in answer["people"]), default=0)
    shown.table(
        (*columns, "Share of hours"),
        [
            (*row, Text(bar(one["hours"], largest), style=colour_of(one)))
            for row, one in zip(rows, answer["people"], strict=True)
        ],
    )
    if any(one["overloaded"] for one in answer["people"]):
        shown.say("Yellow: more hours than the mean.", shown.NOTICE)


@schedules.command("warnings")
def warnings(
    identity: Id,
    begin: Begin = "now",
    until: Annotated[str | None, typer.Option(help="Until when; else two weeks.")] = None,
    *,
    json: AsJson = False,
) -> None:
    """Show gaps and conflicts ahead, and where a schedule departs from the practice."""
    answer = asked("warnings", identity, begin, until)
    if json:
        shown.as_json(answer)
        return
    zone = zone_of(Remote.from_environment(), identity)
    rows = [
        *((when(gap, zone), f"nobody on call: {cause_of(gap)}") for gap in answer["gaps"]),
        *((when(one, zone), conflict_in_words(one)) for one in answer["conflicts"]),
        *(("always", one["sentence"]) for one in answer["departures"]),
    ]
    shown.table(("When", "What"), rows)


def when(one: Mapping[str, Any], zone: str) -> str:
    """Return from when until when something is."""
    begin, end = (day_and_time(one[name], zone) for name in ("starts_at", "ends_at"))
    return f"{begin} to {end}"


def conflict_in_words(one: Mapping[str, Any]) -> str:
    """Return a conflict as a sentence."""
    both = f"{one['responder_id']} is on call in {one['schedule_id']} too"
    if one["kind"] == "both_levels":
        return f"{both}, and one policy pages both: nobody stands behind them"
    return both


def asked(report: str, identity: str, begin: str, until: str | None, **more: str) -> Any:
    """Return a report on a schedule.

    Raises: Problem, typer.BadParameter.
    """
    remote = Remote.from_environment()
    zone = zone_of(remote, identity)
    window = {"from": moment(begin, zone), "until": None if until is None else moment(until, zone)}
    return remote.get(f"{SCHEDULE.path}/{identity}/{report}", **window, **more)


def strips(answer: Mapping[str, Any]) -> None:
    """Print a strip for each person, and one for nobody."""
    begin, end = (datetime.fromisoformat(answer[name]) for name in ("starts_at", "ends_at"))
    lanes = {**lanes_of(answer), NOBODY: answer["gaps"]}
    shown.table(
        ("Who", f"{begin:%d %b %Y} to {end:%d %b %Y}"),
        [
            (who, strip(begin, end, turns, "red" if who == NOBODY else "cyan"))
            for who, turns in lanes.items()
            if turns or who != NOBODY
        ],
    )


def colour_of(one: Mapping[str, Any]) -> str:
    """Return the colour of a person's bar."""
    return "yellow" if one["overloaded"] else "cyan"


def hours_of(gap: Mapping[str, Any]) -> str:
    """Return how long a gap is."""
    begin, end = (datetime.fromisoformat(gap[name]) for name in ("starts_at", "ends_at"))
    return f"{(end - begin).total_seconds() / 3600:.4g}"


def cause_of(gap: Mapping[str, Any]) -> str:
    """Return why nobody is on call."""
    who = ", ".join(gap["responder_ids"] or gap["layer_ids"])
    cause = str(CAUSES.get(gap["cause"], gap["cause"]))
    return f"{who}: {cause}" if who else cause
