"""Quarters: which stretch of time a quarter is, by the clocks of a zone."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from events.on_call.zones import instant, wall_clock, zone
from events.values.plain_text import one_line

MONTHS: Final = 12
MONTHS_OF_QUARTER: Final = 3
QUARTERS: Final = 4
FIRST_YEAR: Final = 1971
LAST_YEAR: Final = 2198
MIDNIGHT: Final = time(0)
HOUR: Final = timedelta(hours=1)

_NAME: Final = re.compile(r"([0-9]{4})-Q([1-4])", re.ASCII)


class UnknownQuarter(ValueError):
    """There is no such quarter; the text says how to write one."""


class MetricWindow(NamedTuple):
    """Time that numbers are about; its end is not included."""

    begin: datetime
    end: datetime

    @property
    def hours(self) -> float:
        """Return how long it is, whatever the clocks do meanwhile."""
        return (self.end - self.begin) / HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """Quarter of a year, which may begin in any month; the year is the one in which it ends."""

    year: int
    number: int  # 1 to 4
    first_month: int = 1  # of the year: 4 is a year from April to March

    @property
    def name(self) -> str:
        """Return what people call it: 2026-Q4."""
        return f"{self.year}-Q{self.number}"

    @property
    def following(self) -> "Quarter":
        """Return the next one."""
        last = self.number == QUARTERS
        return replace(self, year=self.year + last, number=1 if last else self.number + 1)

    @property
    def preceding(self) -> "Quarter":
        """Return the one before."""
        first = self.number == 1
        return replace(self, year=self.year - first, number=QUARTERS if first else self.number - 1)

    @property
    def a_year_before(self) -> "Quarter":
        """Return the same one of the year before."""
        return replace(self, year=self.year - 1)

    @property
    def first_day(self) -> date:
        """Return its first day on a wall's calendar."""
        before = self.first_month > 1  # such a year begins in the one before
        months = self.first_month - 1 + MONTHS_OF_QUARTER * (self.number - 1)
        return date(self.year - before + months // MONTHS, months % MONTHS + 1, 1)

    def window(self, zone_name: str) -> MetricWindow:
        """Return it from midnight to midnight; a midnight that no clock shows is right after it.

        Raises: UnknownZone.
        """
        where = zone(zone_name)
        begin, end = (instant(one.first_day, MIDNIGHT, where) for one in (self, self.following))
        return MetricWindow(begin, end)


def quarter_named(name: str, first_month: int = 1) -> Quarter:
    """Return the quarter that people call so.

    Raises: UnknownQuarter.
    """
    named = _NAME.fullmatch(name)
    if named is None or not FIRST_YEAR <= int(named[1]) <= LAST_YEAR:
        raise UnknownQuarter(
            f"{one_line(name[:60])} is no quarter: write one such as 2026-Q4,"
            f" from {FIRST_YEAR}-Q1 to {LAST_YEAR}-Q4."
        )
    return Quarter(year=int(named[1]), number=int(named[2]), first_month=first_month)


def quarter_at(at: datetime, zone_name: str, first_month: int = 1) -> Quarter:
    """Return the quarter that an instant is in.

    Raises: UnknownZone.
    """
    shown = wall_clock(at, zone(zone_name))
    years, months = divmod(shown.month - first_month, MONTHS)
    year = shown.year + years + (first_month > 1)
    number = months // MONTHS_OF_QUARTER + 1
    quarter = Quarter(year=year, number=number, first_month=first_month)
    window = quarter.window(zone_name)
    if at < window.begin:  # clocks that go back over midnight show the day before once more
        return quarter.preceding
    return quarter if at < window.end else quarter.following
