"""Load command: what on call takes of people, and how evenly it is shared."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()

NOTHING: Final = "—"  # no value, which is not 0
SPREADS: Final = {
    "interruptions": "Interruptions",
    "out_of_hours": "Out of hours",
    "broken_nights": "Broken nights",
    "on_call_hours": "Hours on call",
}


@app.command()
def load(
    quarter: Annotated[str | None, typer.Argument(help="2026-Q4. Left out: this quarter.")] = None,
    zone: Annotated[str, typer.Option(help="Whose midnights the quarter has.")] = "UTC",
    begin: Annotated[
        str | None, typer.Option("--from", help="2026-10-01T00:00:00Z, in place of a quarter.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Not included; with --from only.")] = None,
    schedule: Annotated[str | None, typer.Option(help="Only its people, by id.")] = None,
    team: Annotated[str | None, typer.Option(help="Only its people, by id.")] = None,
    *,
    json: AsJson = False,
) -> None:
    """Show what on call takes of people, by their own clocks, and how evenly it is shared."""
    asked = {
        "quarter": quarter,
        "zone": zone,
        "from": begin,
        "until": until,
        "schedule": schedule,
        "team": team,
    }
    answer = Remote.from_environment().get("/v1/metrics/load", **asked)
    if json:
        shown.as_json(answer)
    else:
        _report(answer)


def _report(answer: Mapping[str, Any]) -> None:
    window = answer["window"]
    name = f"{window['quarter']}, " if window["quarter"] else ""
    begin, end = shown.clock(window["from"]), shown.clock(window["until"])
    shown.say(f"{name}{begin} to {end} UTC{', not over yet' if answer['preliminary'] else ''}")
    counted, silent = answer["people_counted"], answer["without_hours"]
    shown.say(f"{counted} people with any load" + (f", {silent} by UTC" if silent else ""))
    if answer["people"]:
        heads = ("Person", "Interrupted", "Work", "Off", "Asleep", "Nights", "On call", "Per 12 h")
        shown.table(heads, map(_person, answer["people"]))
    spreads = [(title, answer["spread"][one]) for one, title in SPREADS.items()]
    if any(spread for _, spread in spreads):
        over = ("Over people", "Least", "Median", "Most", "Mean")
        shown.table(over, (_spread(title, one) for title, one in spreads if one))
    elif counted:
        shown.say("Of fewer than three people no spread is shown: one would be known from it.")
    if answer["rotations"]:
        kinds = ("Hours", "Nights", "Weekends", "Holidays", "Interrupted")
        heads = ("Balance %", *kinds, "People", "Rotation")
        shown.table(heads, map(_rotation, answer["rotations"]))
    if silent:
        shown.say("By UTC is who has not said when they sleep: tocsin responders hours set.")


def _person(one: Mapping[str, Any]) -> tuple[str, ...]:
    per = NOTHING if one["per_12_hours"] is None else f"{one['per_12_hours']:.1f}"
    bands = (str(one[band]) for band in ("work", "off", "sleep"))
    name = one["responder_id"] if one["hours_said"] else f"{one['responder_id']} (UTC)"
    rest = (str(one["broken_nights"]), f"{one['on_call_hours']:g} h", per)
    return (name, str(one["interruptions"]), *bands, *rest)


def _spread(title: str, one: Mapping[str, float]) -> tuple[str, ...]:
    return (title, *(f"{one[name]:.4g}" for name in ("least", "median", "most", "mean")))


def _rotation(one: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("", "night_", "weekend_", "holiday_", "interruption_")
    balances = [str(one[f"{name}balance"]) for name in names]
    return ("", *balances, str(one["people"]), one["name"])
