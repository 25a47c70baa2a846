"""Clocks of a schedule: times as people in its zone write and read them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import typer

from events.on_call.zones import UnknownZone, instant, wall_clock, zone

_AHEAD: Final = re.compile(r"\+(\d{1,4})([mhd])", re.ASCII)
_LENGTHS: Final = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
HOW: Final = "2026-12-01 10:00 in the schedule's zone, +2h, or 2026-12-01T09:00:00Z."


def moment(text: str, zone_name: str, now: datetime | None = None) -> str:
    """Return the instant that somebody typed, as RFC 3339 has it.

    Raises: typer.BadParameter.
    """
    now = now or datetime.now(UTC)
    if text == "now":
        return rfc3339(now)
    if ahead := _AHEAD.fullmatch(text):
        return rfc3339(now + int(ahead[1]) * _LENGTHS[ahead[2]])
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            at = instant(at.date(), at.time(), zone(zone_name))
        return rfc3339(at)
    except UnknownZone as unknown:
        raise typer.BadParameter(unknown.detail, param_hint="--zone") from unknown
    except (ValueError, OverflowError) as fault:  # the year 0 in another zone
        raise typer.BadParameter(f"{text!r} is no time: write {HOW}") from fault


def rfc3339(at: datetime) -> str:
    """Return an instant as the API takes it."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def local(value: str, zone_name: str) -> datetime:
    """Return what a clock in the zone shows at an instant of an answer."""
    at = datetime.fromisoformat(value)
    try:
        return wall_clock(at, zone(zone_name))
    except UnknownZone:
        return at.astimezone(UTC).replace(tzinfo=None)


def day_and_time(value: str, zone_name: str) -> str:
    """Return an instant as a table shows it: Mon 23 Nov 10:00."""
    return f"{local(value, zone_name):%a %d %b %H:%M}"


def last_weekday(weekday: int, today: date) -> date:
    """Return the last such day that has begun; 1 is Monday."""
    return today - timedelta(days=(today.isoweekday() - weekday) % 7)


def wall_time(text: str) -> time:
    """Return a time of day that somebody typed.

    Raises: typer.BadParameter.
    """
    try:
        return time.fromisoformat(text)
    except ValueError as fault:
        raise typer.BadParameter(f"{text!r} is no time of day: write 10:00.") from fault
