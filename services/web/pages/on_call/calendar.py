"""Calendar: the shifts of some weeks, day by day, as the clock of the schedule has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.web.fields.moments import midnight
from services.web.words import read

WEEKS: Final = 4  # that are looked ahead
ROWS: Final = WEEKS + 1  # of the calendar, which begins on a Monday
A_DAY: Final = timedelta(days=1)

type Shift = Mapping[str, Any]  # as the API gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Part of a day in which the same people are on call; nobody: a gap."""

    hours: str  # nothing: all day
    people: tuple[str, ...]
    shadows: tuple[str, ...]
    by_override: bool
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Day of the calendar, with its parts in order."""

    on: date
    is_today: bool
    is_past: bool
    parts: Sequence[Part]


def first_day(now: datetime, zone: ZoneInfo) -> date:
    """Return the Monday of the week that it is there."""
    today = now.astimezone(zone).date()
    return today - timedelta(days=today.weekday())


def weeks_of(
    shifts: Sequence[Shift], first: date, now: datetime, zone: ZoneInfo, rows: int = ROWS
) -> list[list[Day]]:
    """Return the weeks of the calendar."""
    today = now.astimezone(zone).date()
    days = [
        Day(
            on=on,
            is_today=on == today,
            is_past=on < today,
            parts=parts_of(shifts, midnight(on, zone), midnight(on + A_DAY, zone), zone),
        )
        for on in (first + A_DAY * number for number in range(7 * rows))
    ]
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def parts_of(shifts: Sequence[Shift], begin: datetime, end: datetime, zone: ZoneInfo) -> list[Part]:
    """Return who is on call in a day; what goes on as it was is one part."""
    within = [
        one for one in shifts if read(one["starts_at"]) < end and read(one["ends_at"]) > begin
    ]
    parts: list[Part] = []
    for who, group in groupby(within, key=_same):
        alike = list(group)
        since = max(begin, read(alike[0]["starts_at"]))
        until = min(end, read(alike[-1]["ends_at"]))
        parts.append(
            Part(
                hours=hours_of(since, until, begin, end, zone),
                people=who[0],
                shadows=who[1],
                by_override=any(duty["override_id"] for duty in alike[0]["on_call"]),
                causes=who[2],
            )
        )
    return parts


def hours_of(
    since: datetime, until: datetime, begin: datetime, end: datetime, zone: ZoneInfo
) -> str:
    """Return which hours of a day are meant, nothing for all of them."""
    start, stop = since.astimezone(zone), until.astimezone(zone)
    if since <= begin:
        return "" if until >= end else f"until {stop:%H:%M}"
    return f"from {start:%H:%M}" if until >= end else f"{start:%H:%M} to {stop:%H:%M}"


def gaps_in(shifts: Sequence[Shift], after: datetime) -> list[Shift]:
    """Return the times in which nobody is on call, from an instant on."""
    return [one for one in shifts if not one["on_call"] and read(one["ends_at"]) > after]


def ahead(shifts: Sequence[Shift], after: datetime) -> list[Shift]:
    """Return the shifts that are not over."""
    return [one for one in shifts if read(one["ends_at"]) > after]


def _same(shift: Shift) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], bool]:
    return (
        tuple(duty["responder_id"] for duty in shift["on_call"]),
        tuple(duty["responder_id"] for duty in shift["shadows"]),
        tuple(cause["text"] for cause in shift["gap_causes"]),
        any(duty["override_id"] for duty in shift["on_call"]),
    )
