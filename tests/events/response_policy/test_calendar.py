"""Business hours begin when the clock on the wall says so, whatever it does twice a year."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.response_policy.calendar import BusinessCalendar, open_between, opening

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = BusinessCalendar(
    zone="Europe/Berlin",
    weekdays=(1, 2, 3, 4, 5),
    opens=time(9),
    closes=time(17, 30),
    holidays=(date(2026, 12, 25),),
)


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "opens"),
    [
        ("2026-11-23T08:59", "2026-11-23T09:00"),  # a Monday
        ("2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-23T17:29", "2026-11-23T17:29"),
        ("2026-11-23T17:30", "2026-11-24T09:00"),  # the end is exclusive
        ("2026-11-27T18:00", "2026-11-30T09:00"),  # over the weekend
        ("2026-12-24T20:00", "2026-12-28T09:00"),  # over a holiday and the weekend after it
    ],
)
def test_a_page_waits_for_the_next_business_hours(asked: str, opens: str) -> None:
    assert opening(OFFICE, berlin(asked)) == berlin(opens)


def test_summer_time_moves_the_instant_and_not_the_clock_on_the_wall() -> None:
    before, after = (
        opening(OFFICE, berlin(day)) for day in ("2026-03-27T01:00", "2026-03-30T01:00")
    )
    assert before == datetime(2026, 3, 27, 8, tzinfo=UTC)
    assert after == datetime(2026, 3, 30, 7, tzinfo=UTC)


def test_hours_that_begin_when_the_clock_jumps_begin_right_after_the_jump() -> None:
    early = replace(OFFICE, weekdays=(7,), opens=time(2, 30), closes=time(6))
    assert opening(early, berlin("2026-03-28T12:00")) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_hours_that_begin_at_a_time_that_comes_twice_begin_the_first_time() -> None:
    early = replace(OFFICE, weekdays=(7,), opens=time(2, 30), closes=time(6))
    assert opening(early, berlin("2026-10-24T12:00")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_hours_over_midnight_belong_to_the_day_they_begin_on() -> None:
    night = replace(OFFICE, weekdays=(5,), opens=time(22), closes=time(6))
    inside = berlin("2026-11-28T03:00")  # the night after Friday
    assert opening(night, inside) == inside
    assert opening(night, berlin("2026-11-28T06:00")) == berlin("2026-12-04T22:00")


def test_the_same_time_twice_means_all_day_and_no_weekday_means_never() -> None:
    whole = replace(OFFICE, opens=time(0), closes=time(0))
    midnight = berlin("2026-11-24T00:00")
    assert opening(whole, midnight - timedelta(seconds=1)) == midnight - timedelta(seconds=1)
    assert opening(whole, berlin("2026-11-28T00:00")) == berlin("2026-11-30T00:00")
    assert opening(replace(OFFICE, weekdays=()), midnight) is None


ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
walls = st.builds(time, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 2 * 365 * 86_400).map(lambda n: NEW_YEAR + timedelta(seconds=n))


@given(at=moments, zone=st.sampled_from(ZONES), opens=walls, closes=walls)
def test_what_opens_is_never_in_the_past_and_is_open_then(
    at: datetime, zone: str, opens: time, closes: time
) -> None:
    calendar = replace(OFFICE, zone=zone, opens=opens, closes=closes)
    found = opening(calendar, at)
    assert found is not None
    assert found >= at
    assert opening(calendar, found) == found


@pytest.mark.parametrize(
    ("begins", "ends", "hours"),
    [
        ("2026-11-23T09:00", "2026-11-23T10:00", 1),
        ("2026-11-23T07:00", "2026-11-23T19:00", 8.5),
        ("2026-11-27T16:30", "2026-11-30T10:00", 2),  # over the weekend
        ("2026-12-24T16:30", "2026-12-28T09:30", 1.5),  # over a holiday and the weekend after it
        ("2026-11-28T00:00", "2026-11-29T23:00", 0),
    ],
)
def test_time_outside_of_business_hours_does_not_count(
    begins: str, ends: str, hours: float
) -> None:
    assert open_between(OFFICE, berlin(begins), berlin(ends)) == timedelta(hours=hours)


def test_business_hours_around_the_clock_are_all_hours_whatever_the_clocks_do() -> None:
    always = replace(OFFICE, weekdays=(1, 2, 3, 4, 5, 6, 7), closes=OFFICE.opens, holidays=())
    begin, end = berlin("2026-10-20T03:00"), berlin("2026-10-30T03:00")
    assert open_between(always, begin, end) == end - begin == timedelta(days=10, hours=1)
