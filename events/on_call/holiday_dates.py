"""Holidays of a year: those that the `holidays` library knows, and the team's own."""

from datetime import date
from functools import lru_cache
from typing import Final

import holidays

from events.errors import Unprocessable
from events.on_call.rota import HolidayCalendar

YEARS_KEPT: Final = 2_048


class HolidaysUnknown(Unprocessable):
    """Nobody knows the holidays of that place."""


@lru_cache(maxsize=YEARS_KEPT)
def _public(country: str, region: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


def is_holiday(calendar: HolidayCalendar, day: date) -> bool:
    """Return whether a day is a holiday."""
    if day in calendar.dates:
        return True
    return calendar.country is not None and day in _public(
        calendar.country, calendar.region, day.year
    )


def check_holidays(calendar: HolidayCalendar) -> None:
    """Refuse a country or a region whose holidays nobody knows."""
    if calendar.country is None:
        if calendar.region is not None:
            raise HolidaysUnknown(
                f"Region {calendar.region} needs its country, such as DE.", field="region"
            )
        return
    regions = holidays.list_supported_countries(include_aliases=False).get(calendar.country)
    if regions is None:
        raise HolidaysUnknown(
            f"There are no holidays of {calendar.country[:60]}: write an ISO 3166 code such as DE, "
            "or the dates.",
            field="country",
        )
    if calendar.region is not None and calendar.region not in regions:
        raise HolidaysUnknown(
            f"There are no holidays of {calendar.region[:60]} in {calendar.country}: "
            f"write one of {', '.join(regions) or 'none'}, or leave the region out.",
            field="region",
        )
