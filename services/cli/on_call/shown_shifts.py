"""Shifts as people read them: a table in the schedule's zone, and gaps that catch the eye."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from rich.text import Text

from services.cli import shown
from services.cli.on_call.clocks import day_and_time, local

HOURS: Final = 24
HALF: Final = timedelta(minutes=30)
GAP: Final = "bold red"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COLOURS: Final = ("cyan", "green", "magenta", "yellow", "blue", "bright_white")


def people(duties: Iterable[Mapping[str, Any]]) -> str:
    """Return who is on call, by what they are called."""
    return ", ".join(duty["name"] or duty["responder_id"] for duty in duties)


def on_call(shift: Mapping[str, Any]) -> Text:
    """Return who has a shift; a gap with what caused it."""
    if shift["on_call"]:
        return Text(people(shift["on_call"]))
    causes = "; ".join(one["text"] for one in shift["gap_causes"])
    return Text(f"nobody: {causes}", style=GAP)


def by_what(shift: Mapping[str, Any]) -> str:
    """Return which layers and overrides put them there."""
    words = dict.fromkeys(_reason(duty) for duty in shift["on_call"])
    shadows = people(shift["shadows"])
    return ", ".join(words) + (f"; shadowing: {shadows}" if shadows else "")


def _reason(duty: Mapping[str, Any]) -> str:
    if duty["override_id"]:
        return f"override {duty['override_id'][:8]}"
    return str(duty["layer_id"])


def table(shifts: Iterable[Mapping[str, Any]], zone: str) -> None:
    """Print shifts with their times in a zone."""
    shown.table(
        ("From", "Until", "On call", "By"),
        [
            (
                day_and_time(one["starts_at"], zone),
                day_and_time(one["ends_at"], zone),
                on_call(one),
                by_what(one),
            )
            for one in shifts
        ],
    )
    shown.say(f"Times in {zone}.")


def strip(shifts: Iterable[Mapping[str, Any]], zone: str) -> None:
    """Print a line for each day with its hours in the colours of who has them."""
    several = list(shifts)
    names = dict.fromkeys(people(one["on_call"]) for one in several if one["on_call"])
    letters = {
        name: Text(LETTERS[number % len(LETTERS)], style=COLOURS[number % len(COLOURS)])
        for number, name in enumerate(names)
    }
    days: dict[str, list[Text]] = {}
    for one in several:
        begin, end = local(one["starts_at"], zone), local(one["ends_at"], zone)
        cell = letters.get(people(one["on_call"]), Text("·", style=GAP))
        for hour in hours(begin, end):
            days.setdefault(f"{hour:%a %d %b}", [Text(" ")] * HOURS)[hour.hour] = cell
    shown.say("            0     6     12    18")
    for day, cells in days.items():
        shown.console.print(Text.assemble(f"{day}  ", *cells))
    for name, letter in letters.items():
        shown.console.print(Text.assemble(letter, f" {name}"))
    shown.say(f"· nobody. Hours in {zone}.")


def hours(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the hours of the clock of which somebody has the middle."""
    hour = begin.replace(minute=0, second=0, microsecond=0)
    while hour + HALF < end:
        if hour + HALF >= begin:
            yield hour
        hour += 2 * HALF
