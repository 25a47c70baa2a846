"""Simple rotations from options: people, how long a turn is, and when they hand over."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import typer

from events.on_call.zones import UnknownZone, wall_clock, zone
from services.cli.on_call.clocks import last_weekday, wall_time

DAY: Final = timedelta(days=1)
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
    at = wall_time(clock)
    return {
        "slots": [slot_in(one) for one in people.split(",")],
        "first_hand_off": f"{first_day(day, at, first, zone_name):%F}",
        "hand_off_at": at.isoformat(),
        "frequency": _FREQUENCIES[length[2]],
        "every": int(length[1] or 1),
    }


def slot_in(text: str) -> list[str]:
    """Return who has one turn: ada, or ada+ben together; - is nobody's turn."""
    return [] if text.strip() == "-" else [one.strip() for one in text.split("+")]


def first_day(weekday: list[str], at: time, first: str | None, zone_name: str) -> date:
    """Return the day of the first hand-off: the one given, or the last one there would have been.

    Raises: typer.BadParameter.
    """
    if first is not None:
        try:
            return date.fromisoformat(first)
        except ValueError as fault:
            raise typer.BadParameter(f"{first!r} is no day: write 2026-11-30.") from fault
    try:
        now = wall_clock(datetime.now(UTC), zone(zone_name))
    except UnknownZone as unknown:
        raise typer.BadParameter(unknown.detail, param_hint="--zone") from unknown
    if not weekday:
        return last_hand_off(now, at)
    name = weekday[0].lower()[:3]
    if name not in WEEKDAYS:
        raise typer.BadParameter(f"{weekday[0]!r} is no day of the week: write mon 10:00.")
    return last_hand_off(now, at, WEEKDAYS.index(name) + 1)


def last_hand_off(now: datetime, at: time, weekday: int | None = None) -> date:
    """Return the last day that was handed over on at a time; on Monday at 9, not today's at 10."""
    passed = now.date() if now.time() >= at.replace(tzinfo=None) else now.date() - DAY
    return passed if weekday is None else last_weekday(weekday, passed)
