"""Hand-offs around every odd thing that clocks do: the next person at the right instant."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, pairwise, takewhile

import pytest

from events.ids import ResponderId
from events.on_call.final import shifts
from events.on_call.hand_offs import Turn, grid_of, turns
from events.on_call.layer import Frequency, Rotation
from tests.events.on_call import oracle
from tests.events.on_call.any_rota import ODD_MOMENTS, noon
from tests.events.on_call.oracle import RULES
from tests.events.on_call.rotas import layer, rota, rotation, utc

AROUND = timedelta(hours=40)
CLOCKS = [time(0), time(1, 30), time(2), time(2, 15), time(3), time(23, 30)]
NAMES = [ResponderId(f"person-{number}") for number in range(7)]  # no length divides by it


def rotations(day: date) -> list[Rotation]:
    """Return rotations of every kind that hand over around a day."""
    lengths = [
        *((Frequency.HOURLY, every, 3) for every in (1, 2, 7, 24)),
        *((Frequency.DAILY, every, 20) for every in (1, 2)),
        (Frequency.WEEKLY, 1, 21),
        (Frequency.WEEKLY, 2, 15),
        *((Frequency.MONTHLY, 1, days) for days in (0, 45, 61, 90)),
    ]
    by_length = [
        Rotation(
            slots=tuple((name,) for name in NAMES),
            first_hand_off=day - timedelta(days=days),
            hand_off_at=at,
            frequency=frequency,
            every=every,
        )
        for frequency, every, days in lengths
        for at in CLOCKS
    ]
    by_rule = [
        Rotation(
            slots=tuple((name,) for name in NAMES),
            first_hand_off=day - timedelta(days=33),
            hand_off_at=at,
            frequency=Frequency.RRULE,
            rrule=rule,
        )
        for rule in RULES
        for at in CLOCKS[:3]
    ]
    return [*by_length, *by_rule]


@pytest.mark.parametrize(("zone", "day"), ODD_MOMENTS, ids=str)
def test_whoever_has_the_turn_is_found_at_once_and_by_counting(zone: str, day: date) -> None:
    begin, end = noon(day) - AROUND, noon(day) + AROUND
    asked = list(takewhile(lambda at: at < end, (begin + n * 3 * oracle.STEP for n in count())))
    for turning in rotations(day):
        counted = oracle.hand_offs(turning, zone, end)
        grid = grid_of(turning, zone)
        for at in asked:
            passed = bisect_right(counted, at)
            first = max(passed - 1, 0)  # before the anchor: the very first one
            expected = Turn(first, counted[first], counted[first + 1])
            assert next(turns(grid, at)) == expected, (turning, at)


@pytest.mark.parametrize(("zone", "day"), ODD_MOMENTS, ids=str)
def test_shifts_are_what_counting_from_the_anchor_gives(zone: str, day: date) -> None:
    begin, end = noon(day) - AROUND, noon(day) + AROUND
    for turning in rotations(day):
        counted = oracle.hand_offs(turning, zone, end)
        expected = [
            (max(starts, begin), min(ends, end), (NAMES[number % len(NAMES)],))
            for number, (starts, ends) in enumerate(pairwise(counted))
            if ends > begin and starts < end
        ]
        read = shifts(rota(layer(turning), zone=zone), begin, end)
        assert [
            (one.starts_at, one.ends_at, one.responder_ids) for one in read if one.duties
        ] == expected, turning


def test_a_day_is_as_long_as_the_clocks_make_it() -> None:
    daily = rota(layer(rotation(first="2026-03-01T09:00")), zone="Europe/Berlin")
    spring = shifts(daily, utc("2026-03-27T08:00"), utc("2026-03-30T07:00"))
    assert [shift.ends_at - shift.starts_at for shift in spring] == [
        timedelta(hours=24),
        timedelta(hours=23),
        timedelta(hours=24),
    ]


def test_twenty_four_hours_are_one_day_by_the_clock() -> None:
    by_hours = rotation(first="2026-03-01T09:00", frequency=Frequency.HOURLY, every=24)
    by_days = rotation(first="2026-03-01T09:00")
    begin, end = utc("2026-03-01T00:00"), utc("2026-12-01T00:00")
    for zone in ("Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo"):
        assert shifts(rota(layer(by_hours), zone=zone), begin, end) == shifts(
            rota(layer(by_days), zone=zone), begin, end
        )


def test_an_hour_that_the_clocks_jump_over_costs_nobody_a_turn() -> None:
    """Row 3 of the disagreements: hourly A B C; the hand-offs of 02:00 and 03:00 are one."""
    hourly = rotation("A B C", first="2026-03-29T00:00", frequency=Frequency.HOURLY)
    read = shifts(
        rota(layer(hourly), zone="Europe/Berlin"), utc("2026-03-28T23:00"), utc("2026-03-29T04:00")
    )
    assert [shift.responder_ids for shift in read] == [("A",), ("B",), ("C",), ("A",), ("B",)]


def test_a_day_that_a_country_skips_costs_nobody_a_turn() -> None:
    """Samoa had no 30 December 2011; at midnight two hand-offs fall together."""
    daily = rotation("A B C", first="2011-12-28T00:00")
    read = shifts(
        rota(layer(daily), zone="Pacific/Apia"), utc("2011-12-28T10:00"), utc("2012-01-01T10:00")
    )
    assert [shift.responder_ids for shift in read] == [("A",), ("B",), ("C",), ("A",)]
    assert {shift.ends_at - shift.starts_at for shift in read} == {timedelta(hours=24)}


def test_a_month_is_counted_from_the_anchor_each_time() -> None:
    """Row 2 of the disagreements: from the 31st, clamped, and the 31st again where there is one."""
    monthly = rotation("A B", first="2027-01-31T09:00", frequency=Frequency.MONTHLY)
    read = shifts(rota(layer(monthly)), utc("2027-01-31T09:00"), utc("2027-06-01T00:00"))
    assert [f"{shift.starts_at:%d %b}" for shift in read] == [
        "31 Jan",
        "28 Feb",
        "31 Mar",
        "30 Apr",
        "31 May",
    ]


def test_a_question_far_from_the_anchor_is_answered_as_by_counting() -> None:
    old = rotation("A B C D E", first="2025-03-02T02:30", frequency=Frequency.HOURLY, every=1)
    zone, at = "Europe/London", datetime(2026, 7, 1, 12, tzinfo=UTC)
    found = next(turns(grid_of(old, zone), at))
    counted = oracle.hand_offs(old, zone, at)
    assert found.number == len(counted) - 2
    assert found.starts_at == counted[-2]


def test_the_longest_turn_goes_on_for_longer_than_anybody_asks() -> None:
    for frequency in (Frequency.HOURLY, Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY):
        longest = rota(layer(rotation("A B", frequency=frequency, every=9000)))
        assert shifts(longest, utc("2026-01-01T00:00"), utc("2026-12-01T00:00"))[0].responder_ids
        assert shifts(longest, utc("2099-01-01T00:00"), utc("2099-12-01T00:00"))[0].responder_ids
