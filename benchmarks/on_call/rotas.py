"""Rota and calendar of the benchmarks: one schedule of three layers, written down in two ways."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from events.ids import ResponderId
from events.on_call.layer import Frequency, Layer, Rotation, Window
from events.on_call.rota import Edition, Override, Rota

FIRST: Final = date(2025, 1, 6)  # a Monday
BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
END: Final = datetime(2027, 1, 1, tzinfo=UTC)
MORNING, EVENING = time(9), time(18)
PEOPLE: Final = tuple(ResponderId(f"person-{number}") for number in range(6))
NIGHTS: Final = PEOPLE[:4]
WEEK: Final = (1, 2, 3, 4, 5, 6, 7)
OVERRIDES: Final = 1460  # two a day for two years, three hours each
NEW_YORK: Final = "America/New_York"


def rota(zone: str, overrides: int = OVERRIDES) -> Rota:
    """Return a weekly layer, nights by day of their own above it, and a backup in New York."""
    weekly = Rotation(
        slots=tuple((one,) for one in PEOPLE), first_hand_off=FIRST, hand_off_at=MORNING
    )
    nightly = Rotation(
        slots=tuple((one,) for one in NIGHTS),
        first_hand_off=FIRST,
        hand_off_at=EVENING,
        frequency=Frequency.DAILY,
    )
    nights = (Window(weekdays=WEEK, starts=EVENING, ends=MORNING),)
    layers = (
        Layer(layer_id="days", name="Days", rotation=weekly, priority=1),
        Layer(layer_id="nights", name="Nights", rotation=nightly, priority=2, windows=nights),
        Layer(layer_id="backup", name="Backup", rotation=weekly, zone=NEW_YORK),
    )
    edition = Edition(holds_from=datetime(2025, 1, 1, tzinfo=UTC), zone=zone, layers=layers)
    return Rota(editions=(edition,), overrides=tuple(map(override, range(overrides))))


@cache
def override(number: int) -> Override:
    """Return one of the overrides of two years, each twelve hours after the one before."""
    starts_at = datetime(2025, 1, 6, 12, tzinfo=UTC) + number * timedelta(hours=12)
    return Override(
        override_id=UUID(int=number),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        off=PEOPLE[number % 6],
        on=PEOPLE[(number + 1) % 6],
        made_at=datetime(2025, 1, 1, tzinfo=UTC),
    )


def calendar(zone: str, overrides: int = OVERRIDES) -> Calendar:
    """Return the same as iCalendar has it: an event that recurs for each turn, one an override."""
    found = Calendar()
    for name, where in (("days", zone), ("backup", NEW_YORK)):
        for number, person in enumerate(PEOPLE):
            starts = datetime.combine(FIRST, MORNING) + timedelta(weeks=number)
            rule: dict[str, object] = {"FREQ": "WEEKLY", "INTERVAL": len(PEOPLE)}
            found.add_component(event(f"{name} {person}", starts, 7 * 24, where, rule))
    for number, person in enumerate(NIGHTS):
        starts = datetime.combine(FIRST, EVENING) + timedelta(days=number)
        rule = {"FREQ": "DAILY", "INTERVAL": len(NIGHTS)}
        found.add_component(event(f"nights {person}", starts, 15, zone, rule))
    for number in range(overrides):
        one = override(number)
        starts = one.starts_at.replace(tzinfo=None)
        found.add_component(event(f"override {one.off} {one.on}", starts, 3, "UTC", None))
    return found


def event(
    summary: str, starts: datetime, hours: int, zone: str, rule: dict[str, object] | None
) -> Event:
    """Return an event that ends so many hours later by the clock of its zone."""
    found = Event()
    where = ZoneInfo(zone)
    found.add("uid", f"{summary} {starts}")
    found.add("summary", summary)
    found.add("dtstart", starts.replace(tzinfo=where))
    found.add("dtend", (starts + timedelta(hours=hours)).replace(tzinfo=where))
    if rule:
        found.add("rrule", rule)
    return found
