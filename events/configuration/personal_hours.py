"""Personal hours: by whose clock a person works and sleeps, so that load is theirs to measure."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final

from events.errors import Unprocessable
from events.on_call.zones import require_zone

WORKING_WEEK: Final = (1, 2, 3, 4, 5)  # 1 is Monday, 7 is Sunday
MOST_DAYS: Final = 7
DAY: Final = timedelta(days=1)


class PersonalHoursImpossible(Unprocessable):
    """Nobody can live by these hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalHours:
    """When a person works and sleeps; what is neither is off. Begin and end are wall-clock times.

    Hours that end before they begin end on the next day, and belong to the day they begin on.
    """

    zone: str  # IANA
    work_days: tuple[int, ...] = WORKING_WEEK
    work_begins: time = time(8)
    work_ends: time = time(18)  # exclusive, as all ends are
    sleep_begins: time = time(22)
    sleep_ends: time = time(8)


IN_UTC: Final = PersonalHours(zone="UTC")  # of whom nobody has said anything


def require_livable(hours: PersonalHours) -> None:
    """Return if a person can live by these hours.

    Raises: PersonalHoursImpossible, UnknownZone.
    """
    require_zone("zone", hours.zone)
    days = sorted({*hours.work_days})
    if len(days) != len(hours.work_days) or not all(1 <= day <= MOST_DAYS for day in days):
        said = ", ".join(map(str, hours.work_days))
        raise PersonalHoursImpossible(
            f"work_days {said}: write each once, from 1 (Monday) to 7 (Sunday).", field="work_days"
        )
    work, sleep = _span(hours.work_begins, hours.work_ends), _span(*_sleep(hours))
    for what, (begins, ends) in (("work", work), ("sleep", sleep)):
        if begins == ends:
            raise PersonalHoursImpossible(
                f"{what}_begins and {what}_ends are both {_shown(begins)}: let one come after the"
                " other.",
                field=f"{what}_ends",
            )
    if days and any(_meet(work, _moved(sleep, by)) for by in (-DAY, timedelta(0), DAY)):
        raise PersonalHoursImpossible(
            f"Work from {hours.work_begins:%H:%M} to {hours.work_ends:%H:%M} and sleep from"
            f" {hours.sleep_begins:%H:%M} to {hours.sleep_ends:%H:%M} overlap: let one begin when"
            " the other is over.",
            field="sleep_begins",
        )


type _Span = tuple[timedelta, timedelta]  # since a midnight


def _sleep(hours: PersonalHours) -> tuple[time, time]:
    return hours.sleep_begins, hours.sleep_ends


def _span(begins: time, ends: time) -> _Span:
    first, last = _since_midnight(begins), _since_midnight(ends)
    return first, last + DAY if last < first else last


def _since_midnight(wall: time) -> timedelta:
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second)


def _moved(span: _Span, by: timedelta) -> _Span:
    return span[0] + by, span[1] + by


def _meet(one: _Span, other: _Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _shown(since_midnight: timedelta) -> str:
    return str(since_midnight)[:-3]
