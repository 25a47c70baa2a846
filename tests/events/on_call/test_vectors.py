"""Faults that people reported to systems like this one, by their number among our vectors."""

from datetime import UTC, datetime, timedelta

import pytest

from events.on_call.final import gaps, shifts
from events.on_call.layer import Frequency, Turns
from events.on_call.who import on_call
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


def test_a_day_shift_defined_in_summer_keeps_its_wall_clock_in_winter() -> None:
    """V1: 08:30 to 17:30 in London."""
    day = layer(rotation("A", first="2026-07-01T00:00"), windows=(window("08:30", "17:30"),))
    plan = rota(day, zone="Europe/London")
    assert "10-23 07:30 to 10-23 16:30 A" in read(plan, "2026-10-23T00:00", "2026-10-24T00:00")
    assert "10-26 08:30 to 10-26 17:30 A" in read(plan, "2026-10-26T00:00", "2026-10-27T00:00")


def test_two_people_alternate_on_the_days_that_are_worked() -> None:
    """V2: Thursday A, Friday B, Monday A, Tuesday B, and the weekend costs nobody a turn."""
    office = layer(
        rotation("A B", first="2026-01-01T00:00", turns=Turns.WORKED),
        windows=(window("08:00", "18:00", WORKDAYS),),
    )
    plan = rota(office, zone="Europe/Paris")
    assert [
        line for line in read(plan, "2026-01-01T00:00", "2026-01-07T00:00") if "nob" not in line
    ] == [
        "01-01 07:00 to 01-01 17:00 A",
        "01-02 07:00 to 01-02 17:00 B",
        "01-05 07:00 to 01-05 17:00 A",
        "01-06 07:00 to 01-06 17:00 B",
    ]


def test_a_replacement_of_somebody_who_is_not_on_call_puts_nobody_on() -> None:
    """V4: A is replaced by B while only C is on call; and B has a shift of their own at night."""
    swap = override("A>B", "2026-01-01T10:00", "2026-01-01T12:00")
    only = rota(layer("C"), overrides=(swap,))
    assert on_call(only, utc("2026-01-01T11:00")).responder_ids == ("C",)
    both = rota(layer("A+B"), overrides=(swap,))
    assert on_call(both, utc("2026-01-01T11:00")).responder_ids == ("B",)


def test_the_rotation_is_there_again_at_once_when_whoever_covers_is_forgotten() -> None:
    """V5: from that instant on; history still shows them before it."""
    cover = override("A>U", "2026-01-01T10:00", "2026-01-01T18:00")
    plan = rota(layer("A"), overrides=(cover,), gone=[("U", utc("2026-01-01T12:00"))])
    assert read(plan, "2026-01-01T00:00", "2026-01-02T00:00") == [
        "01-01 00:00 to 01-01 10:00 A",
        "01-01 10:00 to 01-01 12:00 U",
        "01-01 12:00 to 01-02 00:00 A",
    ]


def test_an_override_of_an_override_holds_only_for_its_own_time() -> None:
    """V6: A gives the day to B, and B two hours of it to C."""
    day = override("A>B", "2026-01-01T00:00", "2026-01-02T00:00", number=1)
    hours = override("B>C", "2026-01-01T10:00", "2026-01-01T12:00", number=2)
    assert read(
        rota(layer("A"), overrides=(day, hours)), "2026-01-01T00:00", "2026-01-02T00:00"
    ) == [
        "01-01 00:00 to 01-01 10:00 B",
        "01-01 10:00 to 01-01 12:00 C",
        "01-01 12:00 to 01-02 00:00 B",
    ]


@pytest.mark.parametrize(
    ("at", "who"),
    [("09:59:59", "U"), ("10:00:00", "V"), ("10:59:59", "V"), ("11:00:00", "U")],
)
def test_an_override_holds_from_its_first_instant_to_before_its_last(at: str, who: str) -> None:
    """V7: whoever is asked, the question and the calendar."""
    swap = override("U>V", "2026-01-01T10:00", "2026-01-01T11:00")
    plan, moment = rota(layer("U"), overrides=(swap,)), utc(f"2026-01-01T{at}")
    assert on_call(plan, moment).responder_ids == (who,)
    [read_off] = [
        shift
        for shift in shifts(plan, utc("2026-01-01T00:00"), utc("2026-01-02T00:00"))
        if shift.starts_at <= moment < shift.ends_at
    ]
    assert read_off.responder_ids == (who,)


def test_a_hand_off_at_nine_is_at_nine_in_summer_too() -> None:
    """V8: entered in January, in Berlin."""
    plan = rota(layer(rotation("A B", first="2026-01-05T09:00")), zone="Europe/Berlin")
    assert on_call(plan, utc("2026-01-05T12:00")).starts_at == utc("2026-01-05T08:00")
    assert on_call(plan, utc("2026-07-06T12:00")).starts_at == utc("2026-07-06T07:00")


def test_the_time_before_the_first_shift_is_no_gap() -> None:
    """V9: made on Monday at 10:00, and the first shift begins then."""
    plan = rota(layer(rotation("A", first="2026-01-05T10:00", frequency=Frequency.WEEKLY)))
    assert gaps(plan, utc("2026-01-01T00:00"), utc("2026-02-01T00:00")) == ()
    assert on_call(plan, utc("2026-01-05T09:59")).responder_ids == ()


def test_the_sun_is_followed_without_a_gap_and_with_both_where_the_clocks_disagree() -> None:
    """V12: London until 17:00 and New York from 12:00, each by its own clocks."""
    london = layer(
        rotation("L", first="2026-01-01T00:00"),
        layer_id="london",
        zone="Europe/London",
        windows=(window("09:00", "17:00", WORKDAYS),),
    )
    new_york = layer(
        rotation("N", first="2026-01-01T00:00"),
        layer_id="new-york",
        zone="America/New_York",
        windows=(window("12:00", "20:00", WORKDAYS),),
    )
    plan = rota(london, new_york)

    def from_nine(day: datetime) -> list[str]:
        return read(plan, f"{day:%Y-%m-%d}T09:00", f"{day + timedelta(days=1):%Y-%m-%d}T00:00")

    assert from_nine(datetime(2027, 1, 15, tzinfo=UTC)) == [
        "01-15 09:00 to 01-15 17:00 L",
        "01-15 17:00 to 01-16 00:00 N",
    ]
    for day in (datetime(2027, 3, 15, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)):
        assert f"{day:%m-%d} 16:00 to {day:%m-%d} 17:00 L+N" in from_nine(day)
