"""A page falls into work, sleep or neither by the clock of whoever is paged."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from events.configuration.personal_hours import IN_UTC, PersonalHours
from events.on_call.zones import zone_names
from projections.load.bands import (
    Band,
    HoursEdition,
    band_at,
    broken_nights,
    disrupted_hours,
    hours_at,
    night_at,
)

BERLIN = PersonalHours(zone="Europe/Berlin")
TOKYO = PersonalHours(zone="Asia/Tokyo")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ALWAYS_BERLIN = (HoursEdition(LONG_AGO, BERLIN),)


def utc(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_a_day_of_the_week_is_work_then_off_then_sleep() -> None:
    monday = [band_at(BERLIN, utc(11, 23, hour)) for hour in (6, 7, 16, 17, 20, 21)]
    assert monday == [Band.SLEEP, Band.WORK, Band.WORK, Band.OFF, Band.OFF, Band.SLEEP]


def test_a_weekend_has_no_work_and_the_same_nights() -> None:
    saturday = [band_at(BERLIN, utc(11, 28, hour)) for hour in (6, 7, 12, 20, 21)]
    assert saturday == [Band.SLEEP, Band.OFF, Band.OFF, Band.OFF, Band.SLEEP]


def test_a_night_shift_on_friday_is_work_until_saturday_morning() -> None:
    night = PersonalHours(
        zone="UTC",
        work_begins=time(22),
        work_ends=time(6),
        sleep_begins=time(7),
        sleep_ends=time(15),
    )
    assert band_at(night, utc(11, 28, 3)) is Band.WORK  # Friday's shift
    assert band_at(night, utc(11, 29, 3)) is Band.OFF  # there is none on Saturday
    assert night_at(night, utc(11, 28, 8)) == date(2026, 11, 28)


def test_five_pages_in_one_night_break_one_night() -> None:
    pages = [utc(11, 23, 22), utc(11, 23, 23, 50), *(utc(11, 24, hour) for hour in (0, 3, 6))]
    assert list(broken_nights(ALWAYS_BERLIN, pages)) == [date(2026, 11, 23)]


def test_the_night_in_which_the_clocks_go_back_is_one_night_with_one_more_hour() -> None:
    pages = [utc(10, 25, 0, 30), utc(10, 25, 1, 30)]  # both are 02:30 in Berlin
    assert list(broken_nights(ALWAYS_BERLIN, pages)) == [date(2026, 10, 24)]
    assert len(disrupted_hours(ALWAYS_BERLIN, pages)) == 2


def test_the_night_in_which_the_clocks_jump_ahead_ends_by_the_clock() -> None:
    assert band_at(BERLIN, utc(3, 29, 5, 59)) is Band.SLEEP  # 07:59 in summer time already
    assert band_at(BERLIN, utc(3, 29, 6)) is Band.OFF


def test_who_moves_is_measured_by_the_clock_of_where_they_lived_then() -> None:
    moved = (HoursEdition(utc(6, 1, 0), BERLIN), HoursEdition(utc(9, 1, 0), TOKYO))
    noon_in_tokyo = [utc(7, 6, 3), utc(9, 7, 3)]
    assert [band_at(hours_at(moved, at), at) for at in noon_in_tokyo] == [Band.SLEEP, Band.WORK]
    assert hours_at(moved, utc(1, 1, 0)) == BERLIN, "what was said first holds for before, too"


def test_of_whom_nobody_has_said_anything_utc_is_taken() -> None:
    assert hours_at((), utc(1, 1, 0)) == IN_UTC


def test_a_night_over_the_end_of_a_quarter_is_broken_once() -> None:
    pages = [utc(12, 31, 22, 30), utc(1, 1, 2, year=2027)]
    nights = broken_nights(ALWAYS_BERLIN, pages)
    assert nights == {date(2026, 12, 31): pages[0]}, "it is of the quarter it was broken in"


INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: utc(1, 1, 0) + timedelta(minutes=minutes)
)
ZONES = st.sampled_from(sorted(zone_names()))


@given(ZONES, st.lists(INSTANTS, max_size=30))
def test_there_are_never_more_broken_nights_or_hours_than_pages(
    zone: str, pages: list[datetime]
) -> None:
    editions = (HoursEdition(LONG_AGO, PersonalHours(zone=zone)),)
    nights = broken_nights(editions, pages)
    asleep = [at for at in pages if band_at(PersonalHours(zone=zone), at) is Band.SLEEP]
    assert len(nights) <= len(asleep)
    assert bool(nights) == bool(asleep)
    assert len(disrupted_hours(editions, pages)) <= len({*pages})


@given(ZONES, INSTANTS)
def test_a_night_is_over_within_a_day_and_days_without_sleep_are_none(
    zone: str, at: datetime
) -> None:
    hours = PersonalHours(zone=zone)
    bands = {band_at(hours, at + timedelta(minutes=30 * half)) for half in range(7 * 48)}
    assert bands == {Band.WORK, Band.OFF, Band.SLEEP}
