"""Presence of a layer: when its windows and the holidays leave it in the schedule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from events.on_call.holiday_dates import is_holiday
from events.on_call.layer import Holidays, Layer, Window
from events.on_call.rota import HolidayCalendar
from events.on_call.zones import instant, wall_clock, zone

type Interval = tuple[datetime, datetime]  # the end is exclusive

MIDNIGHT: Final = time(0)
DAY: Final = timedelta(days=1)
EVERY_DAY: Final = (Window(weekdays=(1, 2, 3, 4, 5, 6, 7), starts=MIDNIGHT, ends=MIDNIGHT),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """When a layer is there, whoever has its turns. Without windows: each day as a whole."""

    zone: str
    windows: tuple[Window, ...]
    holidays: Holidays
    calendar: HolidayCalendar  # empty where holidays make no difference

    @property
    def always(self) -> bool:
        """Return whether it never leaves."""
        return self.windows == EVERY_DAY and self.holidays is Holidays.ALIKE


def presence_of(layer: Layer, zone_name: str, calendar: HolidayCalendar) -> Presence:
    """Return when a layer is there, in a zone and with a schedule's holidays."""
    alike = layer.holidays is Holidays.ALIKE
    return Presence(
        zone=zone_name,
        windows=layer.windows or EVERY_DAY,
        holidays=layer.holidays,
        calendar=HolidayCalendar() if alike else calendar,
    )


def presences(presence: Presence, begin: datetime, end: datetime) -> Iterator[Interval]:
    """Yield the intervals in which it is there, those that touch as one, cut to what is asked.

    A window belongs to the day on which it starts, so that a night before a holiday is worked.
    """
    if presence.always:
        yield begin, end
        return
    open_from, open_to = begin, begin
    for starts, ends in _windows(presence, begin, end):
        if starts > open_to:
            if open_to > open_from:
                yield open_from, open_to
            open_from = starts
        open_to = max(open_to, min(ends, end))
    if open_to > open_from:
        yield open_from, open_to


def _windows(presence: Presence, begin: datetime, end: datetime) -> Iterator[Interval]:
    """Yield windows in the order in which they start, each at least partly in what is asked."""
    where = zone(presence.zone)
    day = wall_clock(begin, where).date() - 2 * DAY  # a window reaches into the next day
    for days in count():
        today = day + days * DAY
        if instant(today, MIDNIGHT, where) >= end:
            return
        if presence.holidays is not Holidays.ALIKE:
            wanted = presence.holidays is Holidays.ONLY
            if is_holiday(presence.calendar, today) is not wanted:
                continue
        for starts, ends in _windows_of(presence, today, where):
            if starts < end and ends > begin and starts < ends:
                yield max(starts, begin), ends


def _windows_of(presence: Presence, day: date, where: ZoneInfo) -> list[Interval]:
    weekday = day.isoweekday()
    return sorted(
        (
            instant(day, window.starts, where),
            instant(day + DAY if window.ends <= window.starts else day, window.ends, where),
        )
        for window in presence.windows
        if weekday in window.weekdays
    )
