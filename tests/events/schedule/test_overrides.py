"""An override says once who is on call for whom, and only of times to come."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from time import process_time
from typing import Any

import pytest

from events.ids import ResponderId
from events.schedule.commands import ChangeOverride, WithdrawOverride
from events.schedule.decide import schedule_decider
from events.schedule.events import ScheduleOverrideChanged, ScheduleOverrideWithdrawn
from events.schedule.refusals import (
    OverrideNotFound,
    OverrideOver,
    OverrideRefused,
    OverridesOverlap,
    ScheduleNotFound,
    TooManyOverrides,
)
from tests.events.schedule.rota import (
    ADA,
    BEN,
    BOSS,
    CEM,
    PAYMENTS,
    at,
    defined,
    numbered,
    overridden,
    override,
    people,
)
from tests.given import given

withdraw = WithdrawOverride(
    schedule_id=PAYMENTS, override_id=numbered(1), actor=BOSS, at=at(10, 30)
)
withdrawn = ScheduleOverrideWithdrawn(
    schedule_id=PAYMENTS,
    override_id=numbered(1),
    withdrawn_by="responder:boss",
    withdrawn_at=at(10, 30),
)
change = ChangeOverride(schedule_id=PAYMENTS, override_id=numbered(1), actor=BOSS, at=at(9))
changed = ScheduleOverrideChanged(
    schedule_id=PAYMENTS,
    override_id=numbered(1),
    starts_at=at(10),
    ends_at=at(11),
    off=ADA,
    on=BEN,
    reason="dentist",
    changed_by="responder:boss",
    changed_at=at(9),
)


def test_an_override_is_made_once_whatever_is_asked_under_its_id_again() -> None:
    given(defined).when(override).then(overridden)
    given(defined, overridden).when(replace(override, ends_at=at(12))).then_nothing()


def test_its_first_instant_is_its_own_and_its_last_is_the_next_ones() -> None:
    asked = (at(9, 59, 59), at(10), at(10, 59, 59), at(11))
    assert [people([defined, overridden], when) for when in asked] == [
        (ADA,),
        (BEN,),
        (BEN,),
        (ADA,),
    ]


def test_an_override_in_a_schedule_that_never_was_is_refused() -> None:
    given().when(override).refused(ScheduleNotFound, "payments")


@pytest.mark.parametrize(
    ("wrong", "field", "saying"),
    [
        ({"ends_at": at(10)}, "ends_at", "not after its start"),
        ({"ends_at": at(9)}, "ends_at", "not after its start"),
        ({"starts_at": at(5), "ends_at": at(7)}, "ends_at", "the past stays as it was"),
        ({"off": None, "on": None}, "on", "who is on call"),
        ({"off": BEN}, "on", "ben cannot take over from ben"),
        ({"ends_at": at(10) + timedelta(days=401)}, "ends_at", "at most 400 days"),
        (
            {
                "starts_at": at(10) + timedelta(days=2_000),
                "ends_at": at(10) + timedelta(days=2_001),
            },
            "starts_at",
            "five years",
        ),
    ],
)
def test_an_override_that_makes_no_sense_is_refused_with_its_field(
    wrong: dict[str, object], field: str, saying: str
) -> None:
    asked = replace(override, **wrong)  # type: ignore[arg-type]
    refusal = given(defined).when(asked).refused(OverrideRefused, saying)
    assert refusal.facts["field"] == field


def test_an_override_that_began_already_holds_from_now_on() -> None:
    late = replace(override, at=at(10, 15))
    made = replace(overridden, starts_at=at(10, 15), made_at=at(10, 15))
    given(defined).when(late).then(made)
    assert people([defined, made], at(10, 14, 59)) == (ADA,)
    assert people([defined, made], at(10, 15)) == (BEN,)


@pytest.mark.parametrize(
    ("off", "on", "saying"),
    [(ADA, CEM, "ada is taken off"), (CEM, BEN, "ben is put on call"), (None, BEN, "ben")],
)
def test_nobody_is_taken_off_or_put_on_twice_at_a_time(
    off: ResponderId | None, on: ResponderId, saying: str
) -> None:
    second = replace(
        override, override_id=numbered(2), starts_at=at(10, 59), ends_at=at(12), off=off, on=on
    )
    refusal = given(defined, overridden).when(second).refused(OverridesOverlap, saying)
    assert refusal.facts["override_id"] == str(numbered(1))
    touching = replace(second, starts_at=at(11))
    assert given(defined, overridden).when(touching).decide()
    assert given(defined, overridden, withdrawn).when(replace(second, at=at(10, 40))).decide()


def test_a_chain_goes_on_to_the_last_of_it_and_comes_back() -> None:
    day = replace(overridden, starts_at=at(8), ends_at=at(23))
    hour = replace(override, override_id=numbered(2), off=BEN, on=CEM)
    [made] = given(defined, day).when(hour).decide()
    asked = (at(9, 59), at(10), at(10, 59), at(11))
    assert [people([defined, day, made], when) for when in asked] == [
        (BEN,),
        (CEM,),
        (CEM,),
        (BEN,),
    ]


def test_a_replacement_of_somebody_who_is_not_on_call_puts_nobody_on() -> None:
    for_nobody = replace(overridden, off=CEM)
    assert people([defined, for_nobody], at(10)) == (ADA,)


def test_a_withdrawn_override_held_until_then() -> None:
    given(defined, overridden).when(withdraw).then(withdrawn)
    given(defined, overridden, withdrawn).when(withdraw).then_nothing()
    assert people([defined, overridden, withdrawn], at(10, 29, 59)) == (BEN,)
    assert people([defined, overridden, withdrawn], at(10, 30)) == (ADA,)


def test_what_is_over_or_was_never_made_is_not_withdrawn() -> None:
    given(defined, overridden).when(replace(withdraw, at=at(11))).refused(OverrideOver, "11:00")
    unknown = replace(withdraw, override_id=numbered(9))
    given(defined, overridden).when(unknown).refused(OverrideNotFound, "no override")


def test_moving_only_the_day_of_the_start_keeps_the_time_of_day_and_the_end() -> None:
    long = replace(overridden, ends_at=at(18, day=27))
    moved = replace(change, starts_on=date(2026, 11, 25))
    expected = replace(changed, starts_at=at(10, day=25), ends_at=at(18, day=27))
    given(defined, long).when(moved).then(expected)


def test_the_time_of_day_that_is_kept_is_that_of_the_schedules_zone() -> None:
    [start, end] = [datetime.fromisoformat(f"2026-10-2{day}T08:00:00+00:00") for day in (3, 9)]
    october = replace(overridden, starts_at=start, ends_at=end, made_at=start - timedelta(days=9))
    moved = replace(change, starts_on=date(2026, 10, 26), at=start - timedelta(days=1))
    [event] = given(defined, october).when(moved).decide()
    assert isinstance(event, ScheduleOverrideChanged)
    assert event.starts_at.isoformat() == "2026-10-26T09:00:00+00:00"  # 10:00 in Berlin, both


def test_a_change_of_nothing_changes_nothing() -> None:
    given(defined, overridden).when(change).then_nothing()
    given(defined, overridden).when(replace(change, starts_at=at(10), on=BEN)).then_nothing()


def test_a_running_override_is_changed_from_now_on_and_not_in_its_beginning() -> None:
    running = replace(change, at=at(10, 30))
    given(defined, overridden).when(replace(running, starts_at=at(10, 40))).refused(
        OverrideRefused, "began"
    )
    by_cem = given(defined, overridden).when(replace(running, on=CEM)).decide()
    story = [defined, overridden, *by_cem]
    assert [people(story, when) for when in (at(10, 29), at(10, 30), at(11))] == [
        (BEN,),
        (CEM,),
        (ADA,),
    ]


def test_a_changed_override_keeps_its_place_in_a_chain() -> None:
    second = replace(overridden, override_id=numbered(2), off=BEN, on=CEM)
    longer = given(defined, overridden, second).when(replace(change, ends_at=at(12))).decide()
    assert people([defined, overridden, second, *longer], at(10, 30)) == (CEM,)
    assert people([defined, overridden, second, *longer], at(11, 30)) == (BEN,)


def test_a_change_may_not_overlap_another_one_either() -> None:
    after = replace(overridden, override_id=numbered(2), starts_at=at(11), ends_at=at(12))
    asked = replace(change, ends_at=at(11, 1))
    given(defined, overridden, after).when(asked).refused(OverridesOverlap, "ada")


def test_there_is_an_end_to_how_many_overrides_are_ahead() -> None:
    many = [
        replace(
            overridden,
            override_id=numbered(number),
            starts_at=at(10) + timedelta(days=number),
            ends_at=at(11) + timedelta(days=number),
        )
        for number in range(500)
    ]
    one_more = replace(override, override_id=numbered(1000))
    given(defined, *many).when(one_more).refused(TooManyOverrides, "500")
    assert given(defined, *many[1:]).when(one_more).decide()


def test_years_of_overrides_cost_a_decision_no_more_than_their_number() -> None:
    def seconds(number: int) -> float:
        ids = count(2)
        story: list[Any] = [
            defined,
            *(replace(overridden, override_id=numbered(next(ids))) for _ in range(number)),
        ]
        begun = process_time()
        schedule_decider.fold(story)
        return process_time() - begun

    seconds(1_000)
    assert min(seconds(32_000) for _ in range(3)) < 16 * min(seconds(4_000) for _ in range(3))
