"""Work hours: reminders go out in them, by the person's own clock, whatever it does."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given as any_of
from hypothesis import strategies as st

from events.follow_up.work_hours import USUAL, WorkHours, begin_of, next_moment, today_of

BERLIN = WorkHours(zone="Europe/Berlin")
FRIDAY_EVENING = datetime(2026, 12, 4, 19, tzinfo=UTC)


def test_in_work_hours_it_is_now() -> None:
    at = datetime(2026, 12, 3, 12, 30, tzinfo=UTC)
    assert next_moment(USUAL, at) == at


def test_on_friday_evening_it_is_monday_morning_by_their_clock() -> None:
    assert next_moment(USUAL, FRIDAY_EVENING) == datetime(2026, 12, 7, 9, tzinfo=UTC)
    assert next_moment(BERLIN, FRIDAY_EVENING) == datetime(2026, 12, 7, 8, tzinfo=UTC)


def test_at_the_end_of_work_it_is_the_next_morning() -> None:
    assert next_moment(USUAL, datetime(2026, 12, 3, 17, tzinfo=UTC)) == datetime(
        2026, 12, 4, 9, tzinfo=UTC
    )


def test_the_night_in_which_clocks_change_is_an_hour_longer() -> None:
    saturday = datetime(2026, 10, 24, 12, tzinfo=UTC)  # on Sunday clocks go back
    assert next_moment(BERLIN, saturday) == datetime(2026, 10, 26, 8, tzinfo=UTC)


def test_who_works_by_night_is_reached_by_night() -> None:
    nights = WorkHours(begins=time(22), ends=time(6))
    saturday_at_two = datetime(2026, 12, 5, 2, tzinfo=UTC)  # Friday's shift
    assert next_moment(nights, saturday_at_two) == saturday_at_two


def test_who_works_on_one_day_a_week_waits_for_it() -> None:
    wednesdays = WorkHours(days=(3,))
    over = datetime(2026, 12, 2, 18, tzinfo=UTC)
    assert next_moment(wednesdays, over) == datetime(2026, 12, 9, 9, tzinfo=UTC)


def test_who_works_on_no_day_is_reached_at_once() -> None:
    assert next_moment(WorkHours(days=()), FRIDAY_EVENING) == FRIDAY_EVENING


def test_a_day_begins_where_the_person_lives() -> None:
    at = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)
    assert today_of(BERLIN, at).day == 4
    assert begin_of(BERLIN, today_of(BERLIN, at)) == datetime(2026, 12, 3, 23, tzinfo=UTC)


@any_of(
    st.integers(0, 15 * 366 * 24 * 60),  # minutes from 2020 on
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_the_moment_is_within_the_hours_and_never_a_week_away(minutes: int, name: str) -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = next_moment(WorkHours(zone=name), at)
    shown = found.astimezone(ZoneInfo(name))
    assert at <= found < at + timedelta(days=4)
    assert shown.isoweekday() <= 5
    assert time(9) <= shown.time() < time(17)
