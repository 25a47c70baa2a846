"""Simple rotations from options: people, how long a turn is, and when they hand over."""

import re
from datetime import UTC, date, datetime
from typing import Any, Final

import typer

from events.on_call.zones import UnknownZone, wall_clock, zone
from services.cli.on_call.clocks import last_weekday, wall_time

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TURN: Final = re.compile(r"(\d{0,4})(h|d|w|mo)", re.ASCII)
_FREQUENCIES: Final = {"h": "hourly", "d": "daily", "w": "weekly", "mo": "monthly"}


def rotation(
    people: str, *, every: str, hand_off: str, first: str | None, zone_name: str
) -> dict[str, Any]:
    """Return the rotation that options describe; whoever is first has the turn that is on now.

    Raises: typer.BadParameter.
    """
    length = _TURN.fullmatch(every)
    if length is None:
        raise typer.BadParameter(f"{every!r} is no turn: write 12h, 1d, 1w, 2w or 1mo.")
    *day, clock = hand_off.split() or [hand_off]
    return {
        "slots": [slot_in(one) for one in people.split(",")],
        "first_hand_off": f"{first_day(day, first, zone_name):%F}",
        "hand_off_at": wall_time(clock).isoformat(),
        "frequency": _FREQUENCIES[length[2]],
        "every": int(length[1] or 1),
    }


def slot_in(text: str) -> list[str]:
    """Return who has one turn: ada, or ada+ben together; - is nobody's turn."""
    return [] if text.strip() == "-" else [one.strip() for one in text.split("+")]


def first_day(weekday: list[str], first: str | None, zone_name: str) -> date:
    """Return the day of the first hand-off: the one given, or the last one there would have been.

    Raises: typer.BadParameter.
    """
    if first is not None:
        try:
            return date.fromisoformat(first)
        except ValueError as fault:
            raise typer.BadParameter(f"{first!r} is no day: write 2026-11-30.") from fault
    try:
        today = wall_clock(datetime.now(UTC), zone(zone_name)).date()
    except UnknownZone as unknown:
        raise typer.BadParameter(unknown.detail, param_hint="--zone") from unknown
    if not weekday:
        return today
    name = weekday[0].lower()[:3]
    if name not in WEEKDAYS:
        raise typer.BadParameter(f"{weekday[0]!r} is no day of the week: write mon 10:00.")
    return last_weekday(WEEKDAYS.index(name) + 1, today)
