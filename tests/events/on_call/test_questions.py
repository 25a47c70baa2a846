"""Questions to a rota: who is next, what is a gap, and what is too far away to say."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from events.on_call.final import OutOfReach, gaps, schedule_begins, shifts
from events.on_call.layer import Frequency, Holidays, Turns
from events.on_call.rota import Edition, HolidayCalendar, Rota
from events.on_call.who import next_on_call, on_call
from tests.events.on_call import oracle
from tests.events.on_call.rotas import (
    WORKDAYS,
    layer,
    override,
    read,
    rota,
    rotation,
    utc,
    window,
)


def weekly(names: str, first: str = "2026-01-05T09:00") -> Rota:
    return rota(layer(rotation(names, first=first, frequency=Frequency.WEEKLY)))


def test_a_shift_is_told_with_its_true_begin_and_end() -> None:
    now = on_call(weekly("A B"), utc("2026-01-14T12:00"))
    assert now.responder_ids == ("B",)
    assert (now.starts_at, now.ends_at) == (utc("2026-01-12T09:00"), utc("2026-01-19T09:00"))


def test_one_person_for_ever_has_a_shift_that_ends_where_nobody_looks_any_more() -> None:
    now = on_call(weekly("A"), utc("2028-01-14T12:00"))
    assert (now.starts_at, now.ends_at) == (utc("2027-01-13T12:00"), utc("2029-01-14T12:00"))
    assert next_on_call(weekly("A"), utc("2028-01-14T12:00")) is None


def test_next_is_the_next_shift_of_somebody_else() -> None:
    coming = next_on_call(weekly("A A - B"), utc("2026-01-06T00:00"))
    assert coming is not None
    assert coming.responder_ids == ("B",)
    assert (coming.starts_at, coming.ends_at) == (utc("2026-01-26T09:00"), utc("2026-02-02T09:00"))


def test_of_a_gap_the_next_is_whoever_comes() -> None:
    coming = next_on_call(weekly("A B"), utc("2026-01-01T00:00"))
    assert coming is not None
    assert coming.responder_ids == ("A",)


def test_nobody_is_on_call_in_a_schedule_without_layers() -> None:
    for plan in (Rota(), rota()):
        assert on_call(plan, utc("2026-01-01T00:00")).duties == ()
        assert next_on_call(plan, utc("2026-01-01T00:00")) is None
        assert gaps(plan, utc("2026-01-01T00:00"), utc("2027-01-01T00:00")) == ()


@pytest.mark.parametrize(
    "text", ["1969-12-31T23:59", "2100-01-01T00:00", "2100-01-01T05:00", "9999-12-31T00:00"]
)
def test_a_time_that_no_schedule_reaches_is_refused(text: str) -> None:
    for ask in (on_call, next_on_call):
        with pytest.raises(OutOfReach):
            ask(weekly("A B"), utc(text))


def test_the_first_and_the_last_second_are_answered() -> None:
    assert on_call(weekly("A B"), datetime(1970, 1, 1, tzinfo=UTC)).duties == ()
    assert on_call(weekly("A B"), utc("2099-12-31T23:59:59")).duties


def test_a_schedule_is_asked_for_a_time_that_ends_after_it_begins() -> None:
    with pytest.raises(OutOfReach):
        shifts(weekly("A B"), utc("2026-01-02T00:00"), utc("2026-01-02T00:00"))


def test_an_hour_of_nobody_in_the_middle_is_a_gap() -> None:
    absent = override("A>", "2026-01-06T10:00", "2026-01-06T11:00")
    plan = replace(weekly("A"), overrides=(absent,))
    [gap] = gaps(plan, utc("2026-01-01T00:00"), utc("2026-02-01T00:00"))
    assert (gap.starts_at, gap.ends_at) == (absent.starts_at, absent.ends_at)


def test_a_new_first_hand_off_in_a_week_leaves_a_gap_until_then() -> None:
    """The schedule has begun already; only before its very first layer is no gap."""
    plan = weekly("A")
    later = weekly("A", first="2026-02-09T09:00").editions[0]
    later = replace(later, holds_from=utc("2026-02-03T00:00"))
    plan = replace(plan, editions=(*plan.editions, later))
    assert schedule_begins(plan) == utc("2026-01-05T09:00")
    [gap] = gaps(plan, utc("2026-01-01T00:00"), utc("2026-03-01T00:00"))
    assert (gap.starts_at, gap.ends_at) == (utc("2026-02-03T00:00"), utc("2026-02-09T09:00"))


def test_an_uncovered_day_takes_a_turn_or_does_not() -> None:
    """Row 1 of the disagreements: calendar and worked turns, over the same weekend."""
    office = (window("08:00", "18:00", WORKDAYS),)
    begin, end = "2026-01-09T00:00", "2026-01-12T20:00"  # from Friday to Monday
    for turns, monday in ((Turns.CALENDAR, "C"), (Turns.WORKED, "A")):
        plan = rota(layer(rotation("A B C", first="2026-01-07T00:00", turns=turns), windows=office))
        lines = read(plan, begin, end)
        assert "01-09 08:00 to 01-09 18:00 C" in lines
        assert f"01-12 08:00 to 01-12 18:00 {monday}" in lines


def test_before_the_start_is_nobody_also_where_the_anchor_is_earlier() -> None:
    """Row 4 of the disagreements: the grid is anchored apart from when the layer begins."""
    turning = rotation("A B", first="2026-01-01T00:00")
    plan = rota(layer(turning, begins_at=utc("2026-01-04T12:00")))
    assert read(plan, "2026-01-03T00:00", "2026-01-06T00:00") == [
        "01-03 00:00 to 01-04 12:00 nobody",
        "01-04 12:00 to 01-05 00:00 B",
        "01-05 00:00 to 01-06 00:00 A",
    ]


def test_an_override_has_its_hours_whatever_the_clocks_do() -> None:
    """Row 7 of the disagreements: an override is instants, a turn is wall clocks."""
    night = override("A>B", "2026-03-28T22:00", "2026-03-29T06:00")
    plan = rota(layer("A"), zone="Europe/Berlin", overrides=(night,))
    assert "03-28 22:00 to 03-29 06:00 B" in read(plan, "2026-03-28T00:00", "2026-03-30T00:00")


def test_priority_decides_between_layers_and_equal_ones_are_on_call_together() -> None:
    """Row 8 of the disagreements."""
    low = layer("A", layer_id="low")
    day = layer("B", layer_id="day", priority=1, windows=(window("08:00", "18:00"),))
    also = layer("C", layer_id="also", priority=1, windows=(window("12:00", "20:00"),))
    assert read(rota(low, day, also), "2026-01-01T00:00", "2026-01-02T00:00") == [
        "01-01 00:00 to 01-01 08:00 A",
        "01-01 08:00 to 01-01 12:00 B",
        "01-01 12:00 to 01-01 18:00 B+C",
        "01-01 18:00 to 01-01 20:00 C",
        "01-01 20:00 to 01-02 00:00 A",
    ]


def test_an_empty_slot_and_a_person_taken_off_give_way_to_the_layer_below() -> None:
    low = layer("A", layer_id="low")
    top = layer(rotation("B -", first="2026-01-01T00:00"), layer_id="top", priority=1)
    away = override("B>", "2026-01-01T10:00", "2026-01-01T12:00")
    assert read(rota(low, top, overrides=(away,)), "2026-01-01T00:00", "2026-01-03T00:00") == [
        "01-01 00:00 to 01-01 10:00 B",
        "01-01 10:00 to 01-01 12:00 A",
        "01-01 12:00 to 01-02 00:00 B",
        "01-02 00:00 to 01-03 00:00 A",
    ]


def test_whoever_covers_for_a_person_who_is_forgotten_goes_on_covering() -> None:
    cover = override("A>B", "2026-01-01T10:00", "2026-01-01T18:00")
    plan = rota(layer("A"), overrides=(cover,), gone=[("A", utc("2026-01-01T12:00"))])
    assert read(plan, "2026-01-01T00:00", "2026-01-02T00:00") == [
        "01-01 00:00 to 01-01 10:00 A",
        "01-01 10:00 to 01-01 18:00 B",
        "01-01 18:00 to 01-02 00:00 nobody",
    ]


@pytest.mark.parametrize(
    ("made", "shared_hours", "until_ten"),
    [
        (("A>B 08:00 14:00", "B>C 10:00 18:00"), "C", "B"),  # in the order of their starts
        (("B>C 10:00 18:00", "A>B 08:00 14:00"), "B", "B"),  # C stands in for nobody yet
        (("A>B 10:00 18:00", "B>C 08:00 14:00"), "C", "A"),  # the later one begins earlier
        (("B>C 08:00 14:00", "A>B 10:00 18:00"), "B", "A"),
    ],
)
def test_of_overrides_that_overlap_the_one_made_later_sees_the_other_whichever_begins_first(
    made: tuple[str, str], shared_hours: str, until_ten: str
) -> None:
    written = [one.split() for one in made]
    plan = rota(
        layer("A"),
        overrides=[
            override(who, f"2026-01-02T{starts}", f"2026-01-02T{ends}", number=number)
            for number, (who, starts, ends) in enumerate(written)
        ],
    )
    asked = [utc(f"2026-01-02T{hour}") for hour in ("09:00", "12:00", "16:00")]
    begun, both, after = [on_call(plan, at).responder_ids for at in asked]
    assert (begun, both) == ((until_ten,), (shared_hours,))
    by_a = next(ends for who, _, ends in written if who == "A>B")
    assert after == (("B",) if by_a == "18:00" else ("A",))
    assert [set(oracle.who(plan, at)[0]) for at in asked] == [set(begun), set(both), set(after)]
    assert read(plan, "2026-01-02T10:00", "2026-01-02T14:00") == [
        f"01-02 10:00 to 01-02 14:00 {shared_hours}"
    ]


def test_an_override_holds_no_earlier_than_it_was_made_and_no_later_than_it_was_withdrawn() -> None:
    late = override(
        "A>B",
        "2026-01-01T10:00",
        "2026-01-01T18:00",
        made_at=utc("2026-01-01T11:00"),
        withdrawn_at=utc("2026-01-01T13:00"),
    )
    assert read(rota(layer("A"), overrides=(late,)), "2026-01-01T00:00", "2026-01-02T00:00") == [
        "01-01 00:00 to 01-01 11:00 A",
        "01-01 11:00 to 01-01 13:00 B",
        "01-01 13:00 to 01-02 00:00 A",
    ]


def test_a_shadow_is_shown_and_never_on_call() -> None:
    plan = rota(layer("A"), layer("N", layer_id="new", priority=9, shadow=True))
    now = on_call(plan, utc("2026-01-01T12:00"))
    assert now.responder_ids == ("A",)
    assert [duty.responder_id for duty in now.shadows] == ["N"]


def test_holidays_of_a_country_move_a_layer_in_and_out() -> None:
    """6 January is a holiday in Bavaria and a day like others in Berlin."""
    at = utc("2026-01-06T12:00")
    usual = layer("A", layer_id="usual", holidays=Holidays.NEVER)
    special = layer("H", layer_id="special", holidays=Holidays.ONLY)
    for region, who in (("BY", "H"), ("BE", "A")):
        edition = Edition(
            holds_from=utc("2020-01-01T00:00"),
            zone="Europe/Berlin",
            layers=(usual, special),
            holidays=HolidayCalendar(country="DE", region=region, dates=(date(2026, 1, 7),)),
        )
        plan = Rota(editions=(edition,))
        assert on_call(plan, at).responder_ids == (who,)
        assert on_call(plan, utc("2026-01-07T12:00")).responder_ids == ("H",)


def test_a_night_before_a_holiday_is_worked_by_whoever_has_the_night() -> None:
    night = layer("A", holidays=Holidays.NEVER, windows=(window("22:00", "06:00"),))
    plan = rota(night, holidays=(date(2026, 1, 6),))
    assert [line for line in read(plan, "2026-01-05T12:00", "2026-01-08T12:00") if "A" in line] == [
        "01-05 22:00 to 01-06 06:00 A",
        "01-07 22:00 to 01-08 06:00 A",
    ]


def test_windows_that_touch_are_one_also_over_a_midnight_that_does_not_exist() -> None:
    whole = layer(rotation("A", first="2018-01-01T00:00"), windows=(window("00:00", "00:00"),))
    plan = rota(whole, zone="America/Sao_Paulo")
    assert read(plan, "2018-11-01T00:00", "2018-11-10T00:00") == ["11-01 00:00 to 11-10 00:00 A"]
