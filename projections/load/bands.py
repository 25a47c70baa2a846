"""Bands of a person's day: whether an instant is in their work, their sleep, or neither.

Everything is by the clock on the wall where they live at that time.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Final, NamedTuple

from events.configuration.personal_hours import IN_UTC, PersonalHours
from events.on_call.zones import wall_clock, zone

DAY: Final = timedelta(days=1)


class Band(StrEnum):
    """What a page takes a person away from."""

    WORK = "work"
    OFF = "off"  # evenings, weekends
    SLEEP = "sleep"


class HoursEdition(NamedTuple):
    """Hours of a person, and since when they hold; the first ones hold for all time before, too."""

    since: datetime
    hours: PersonalHours


class ClockHour(NamedTuple):
    """One hour of a person's clock; where the clock goes back, an hour comes twice."""

    day: date
    hour: int
    offset: timedelta | None


def hours_at(editions: Sequence[HoursEdition], at: datetime) -> PersonalHours:
    """Return the hours by which a person lives at an instant; UTC, if nobody has said."""
    held = list(takewhile(lambda one: one.since <= at, editions)) or list(editions[:1])
    return held[-1].hours if held else IN_UTC


def band_at(hours: PersonalHours, at: datetime) -> Band:
    """Return in which band of a person's day an instant is."""
    if night_at(hours, at) is not None:
        return Band.SLEEP
    shown = wall_clock(at, zone(hours.zone))
    day = _begun_on(shown, hours.work_begins, hours.work_ends)
    at_work = day is not None and day.isoweekday() in hours.work_days
    return Band.WORK if at_work else Band.OFF


def night_at(hours: PersonalHours, at: datetime) -> date | None:
    """Return the night that an instant is in, by the day on which sleep begins; None: in none."""
    shown = wall_clock(at, zone(hours.zone))
    return _begun_on(shown, hours.sleep_begins, hours.sleep_ends)


def clock_hour_at(hours: PersonalHours, at: datetime) -> ClockHour:
    """Return the hour that a person's clock shows."""
    shown = at.astimezone(zone(hours.zone))
    return ClockHour(shown.date(), shown.hour, shown.utcoffset())


def broken_nights(
    editions: Sequence[HoursEdition], instants: Iterable[datetime]
) -> dict[date, datetime]:
    """Return the nights in which there is one of the instants or more, each with the first."""
    nights: dict[date, datetime] = {}
    for at in sorted(instants):
        night = night_at(hours_at(editions, at), at)
        if night is not None:
            nights.setdefault(night, at)
    return nights


def disrupted_hours(
    editions: Sequence[HoursEdition], instants: Iterable[datetime]
) -> dict[ClockHour, datetime]:
    """Return the hours in which there is one of the instants or more, each with the first."""
    hours: dict[ClockHour, datetime] = {}
    for at in sorted(instants):
        hours.setdefault(clock_hour_at(hours_at(editions, at), at), at)
    return hours


def _begun_on(shown: datetime, begins: time, ends: time) -> date | None:
    """Return on which day the stretch between two wall-clock times began that a time lies in."""
    now = shown.time()
    if begins < ends:
        return shown.date() if begins <= now < ends else None
    if now >= begins:
        return shown.date()
    return shown.date() - DAY if now < ends else None
