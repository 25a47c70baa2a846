"""Everybody's hours, nights, weekends and holidays are counted by the clocks where they are."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.ids import ResponderId
from events.on_call.reports.fairness import Fairness, balance, fairness
from events.on_call.rota import Duty, Shift
from events.on_call.zones import zone
from tests.events.on_call.reports.turns import ADA, BEN, CLEO, HOUR, MONDAY, turns

type Turn = tuple[int, tuple[ResponderId, ...]]

DAY = 24.0
PEOPLE = st.lists(st.sampled_from([ADA, BEN, CLEO]), unique=True).map(tuple)
LENGTHS = st.lists(st.tuples(st.integers(1, 60), PEOPLE), min_size=1, max_size=10)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago"])


def measured(shifts: list[Shift], where: str = "UTC", holidays: tuple[date, ...] = ()) -> Fairness:
    return fairness(shifts, lambda _: zone(where), lambda day: day in holidays)


def test_a_week_has_seven_nights_and_a_weekend() -> None:
    [ada] = measured(turns((7 * DAY, (ADA,)))).loads
    assert ada.on_call == timedelta(days=7)
    assert ada.at_night == 7 * 8 * HOUR
    assert ada.nights == 8  # the first one began on the Sunday before
    assert ada.at_weekends == 48 * HOUR
    assert ada.shifts == 1


def test_a_week_from_nine_to_nine_touches_seven_nights() -> None:
    [ada] = measured(turns((7 * DAY, (ADA,)), begin=MONDAY + 9 * HOUR)).loads
    assert ada.nights == 7


def test_a_night_shared_by_two_is_a_night_of_both() -> None:
    loads = measured(turns((2, (ADA,)), (6, (BEN,)), begin=MONDAY + 22 * HOUR)).loads
    assert {load.responder_id: load.nights for load in loads} == {ADA: 1, BEN: 1}


def test_a_night_is_one_where_the_person_is() -> None:
    evening = turns((8, (ADA,)), begin=datetime(2026, 11, 3, 14, tzinfo=UTC))
    [in_london] = measured(evening, "Europe/London").loads
    [in_sydney] = measured(evening, "Australia/Sydney").loads
    assert in_london.at_night == timedelta(0)
    assert in_sydney.at_night == 5 * HOUR  # 01:00 to 06:00 there


def test_each_duty_goes_by_the_clocks_of_its_own_layer() -> None:
    begin = datetime(2026, 11, 3, 22, tzinfo=UTC)
    duties = (
        Duty(responder_id=ADA, layer_id="london"),
        Duty(responder_id=BEN, layer_id="sydney"),
    )
    shift = Shift(starts_at=begin, ends_at=begin + 4 * HOUR, duties=duties)
    zones = {"london": zone("Europe/London"), "sydney": zone("Australia/Sydney")}
    found = fairness([shift], lambda duty: zones[duty.layer_id or ""], lambda _: False)
    assert {one.responder_id: one.at_night for one in found.loads} == {
        ADA: 4 * HOUR,
        BEN: timedelta(0),
    }


def test_the_night_in_which_clocks_go_back_is_an_hour_longer() -> None:
    night = turns((12, (ADA,)), begin=datetime(2026, 10, 24, 18, tzinfo=UTC))
    [ada] = measured(night, "Europe/Berlin").loads
    assert ada.at_night == 9 * HOUR


def test_holidays_are_days_of_the_calendar_there() -> None:
    [ada] = measured(turns((3 * DAY, (ADA,))), holidays=(date(2026, 11, 3),)).loads
    assert ada.on_holidays == 24 * HOUR


@given(LENGTHS, ZONES)
def test_no_hour_is_lost_and_none_is_counted_twice(lengths: list[Turn], where: str) -> None:
    shifts = turns(*lengths)
    found = measured(shifts, where)
    for load in found.loads:
        there = [one for one in shifts if load.responder_id in one.responder_ids]
        assert load.on_call == sum((s.ends_at - s.starts_at for s in there), timedelta(0))
        assert max(load.at_night, load.at_weekends) <= load.on_call
        assert load.shifts <= len(there)


@given(LENGTHS, ZONES)
def test_nights_and_weekends_are_what_a_clock_on_the_wall_says(
    lengths: list[Turn], where: str
) -> None:
    shifts = turns(*lengths)
    loads = {load.responder_id: load for load in measured(shifts, where).loads}
    step = timedelta(minutes=30)  # every zone changes its clocks on a half hour
    night = dict.fromkeys(loads, timedelta(0))
    weekend = dict.fromkeys(loads, timedelta(0))
    for shift in shifts:
        at = shift.starts_at
        while at < shift.ends_at:
            wall = at.astimezone(zone(where))
            for who in shift.responder_ids:
                night[who] += step if wall.hour >= 22 or wall.hour < 6 else timedelta(0)
                weekend[who] += step if wall.isoweekday() > 5 else timedelta(0)
            at += step
    assert night == {who: load.at_night for who, load in loads.items()}
    assert weekend == {who: load.at_weekends for who, load in loads.items()}


@given(st.lists(st.integers(0, 50), max_size=8))
def test_a_balance_is_the_mean_over_all_pairs(hours: list[int]) -> None:
    shares = [
        min(one, other) / max(one, other) if max(one, other) else 1
        for one, other in combinations(hours, 2)
    ]
    mean = 100 * sum(shares) / len(shares) if shares else 100
    found = balance([one * HOUR for one in hours])
    assert found == 100 if mean >= 95 else abs(found - mean) <= 1


@pytest.mark.parametrize(("hours", "expected"), [((95, 100), 100), ((94, 100), 94)])
def test_from_95_on_a_balance_is_a_perfect_one(hours: tuple[int, int], expected: int) -> None:
    assert balance([one * HOUR for one in hours]) == expected


def test_whoever_is_on_call_more_than_the_mean_is_overloaded_unless_it_is_even() -> None:
    uneven = measured(turns((20, (ADA,)), (10, (BEN,)), (9, (CLEO,))))
    assert uneven.overloaded == (ADA,)
    assert [load.responder_id for load in uneven.loads] == [ADA, BEN, CLEO]
    even = measured(turns((100, (ADA,)), (98, (BEN,)), (99, (CLEO,))))
    assert (even.balance, even.overloaded) == (100, ())
