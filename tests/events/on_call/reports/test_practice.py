"""A schedule is told where it departs from the practice, and works all the same."""

from datetime import UTC, date, datetime, time

import pytest

from events.ids import ResponderId
from events.on_call.layer import Frequency, Layer, Rotation, Slot
from events.on_call.reports.practice import Practice, departures
from events.on_call.rota import Edition

SIX: tuple[Slot, ...] = tuple((ResponderId(name),) for name in "abcdef")


def edition(
    slots: tuple[Slot, ...] = SIX,
    frequency: Frequency = Frequency.WEEKLY,
    every: int = 1,
    rrule: str | None = None,
    *,
    shadow: bool = False,
) -> Edition:
    rotation = Rotation(
        slots=slots,
        first_hand_off=date(2026, 11, 2),
        hand_off_at=time(9),
        frequency=frequency,
        every=every,
        rrule=rrule,
    )
    layer = Layer(layer_id="first", name="First", rotation=rotation, shadow=shadow)
    return Edition(
        holds_from=datetime(2026, 11, 1, tzinfo=UTC), zone="Europe/Berlin", layers=(layer,)
    )


def rules(of: Edition, *, has_secondary: bool = True) -> list[Practice]:
    return [one.rule for one in departures(of, has_secondary=has_secondary)]


def test_six_people_who_take_a_week_each_with_a_secondary_are_the_practice() -> None:
    assert rules(edition()) == []


def test_fewer_than_six_people_are_on_call_too_often() -> None:
    [one] = departures(edition(SIX[:5]), has_secondary=True)
    assert one.rule is Practice.PEOPLE
    assert one.layer_id == "first"
    assert "5 of at least 6 people" in one.sentence


def test_somebody_with_two_slots_is_still_one_person() -> None:
    assert rules(edition((*SIX[:5], SIX[0]))) == [Practice.PEOPLE]


@pytest.mark.parametrize(
    ("frequency", "every", "long"),
    [
        (Frequency.HOURLY, 168, False),
        (Frequency.HOURLY, 24 * 8, True),
        (Frequency.DAILY, 7, False),  # also where clocks go back in it
        (Frequency.DAILY, 8, True),
        (Frequency.WEEKLY, 2, True),
        (Frequency.MONTHLY, 1, True),
    ],
)
def test_a_turn_is_a_week_at_the_most(frequency: Frequency, every: int, *, long: bool) -> None:
    assert rules(edition(frequency=frequency, every=every)) == [Practice.TURN] * long


def test_a_rule_of_its_own_is_measured_by_its_turns() -> None:
    assert rules(edition(frequency=Frequency.RRULE, rrule="FREQ=WEEKLY;BYDAY=MO,TH")) == []
    monthly = edition(frequency=Frequency.RRULE, rrule="FREQ=MONTHLY;BYDAY=1MO")
    assert rules(monthly) == [Practice.TURN]


def test_nobody_behind_whoever_is_on_call_is_said() -> None:
    assert rules(edition(), has_secondary=False) == [Practice.SECONDARY]


def test_two_people_in_every_turn_stand_behind_each_other() -> None:
    pairs = tuple((ResponderId(f"{name}1"), ResponderId(f"{name}2")) for name in "abcdef")
    assert rules(edition(pairs), has_secondary=False) == []


def test_a_shadow_layer_pages_nobody_and_departs_from_nothing() -> None:
    assert rules(edition(SIX[:1], shadow=True), has_secondary=False) == []
