"""Whoever takes the pager is on call at once, alone, and for as long as they said."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from events.on_call.who import on_call
from events.schedule.commands import TakePager
from events.schedule.decide import schedule_decider
from events.schedule.events import ScheduleOverrideMade
from events.schedule.refusals import OverrideRefused, ScheduleNotFound
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
    people,
    weekly,
)
from tests.given import given

HAND_OFF = at(9, day=30)  # Monday at ten in Berlin
take = TakePager(
    schedule_id=PAYMENTS,
    responder_id=CEM,
    until=None,
    override_ids=numbered(7),
    gone=(),
    reason=None,
    actor=BOSS,
    at=at(10, 30),
)


def after(command: TakePager, *events: object) -> list[Any]:
    return [*events, *given(*events).when(command).decide()]


def test_the_pager_is_taken_at_once_and_until_the_next_hand_off() -> None:
    story = after(take, defined)
    assert [people(story, when) for when in (at(10, 29), at(10, 30), at(8, 59, day=30))] == [
        (ADA,),
        (CEM,),
        (CEM,),
    ]
    assert people(story, HAND_OFF) == (BEN,)
    given(*story).when(take).then_nothing()


def test_until_a_time_beyond_the_hand_off_it_is_taken_from_both() -> None:
    story = after(replace(take, until=at(12, day=30)), defined)
    assert len(story) == 3
    asked = (at(10, 30), at(8, 59, day=30), HAND_OFF, at(11, 59, day=30))
    assert {people(story, when) for when in asked} == {(CEM,)}
    assert people(story, at(12, day=30)) == (BEN,)


def test_it_is_taken_from_several_at_once() -> None:
    both = replace(weekly, rotation=replace(weekly.rotation, slots=((ADA, BEN),)))
    story = after(replace(take, until=at(12)), replace(defined, layers=(both,)))
    assert people(story, at(11)) == (CEM,)
    assert people(story, at(12)) == (ADA, BEN)


def test_it_is_taken_where_nobody_had_it() -> None:
    nobody = replace(weekly, rotation=replace(weekly.rotation, slots=((),)))
    story = after(replace(take, until=at(12)), replace(defined, layers=(nobody,)))
    assert people(story, at(11)) == (CEM,)
    assert people(story, at(12)) == ()


def test_it_can_be_taken_back_from_whoever_it_was_given_to() -> None:
    given_away = replace(overridden, starts_at=at(10), ends_at=at(20))  # Ben for Ada
    story = after(replace(take, responder_id=ADA, until=at(12)), defined, given_away)
    assert [people(story, when) for when in (at(10, 29), at(11), at(12))] == [
        (BEN,),
        (ADA,),
        (BEN,),
    ]


def test_whoever_has_it_alone_takes_nothing() -> None:
    given(defined).when(replace(take, responder_id=ADA)).then_nothing()


def test_it_is_taken_from_who_is_there_when_a_substitute_is_gone() -> None:
    by_ben = replace(overridden, ends_at=at(20))
    asked = replace(take, until=at(12), gone=((BEN, at(9)),))
    [made] = given(defined, by_ben).when(asked).decide()
    assert isinstance(made, ScheduleOverrideMade)
    assert (made.off, made.on) == (ADA, CEM)


@pytest.mark.parametrize(
    ("until", "saying"),
    [(at(10), "the past stays as it was"), (at(10) + timedelta(days=15), "14 days")],
)
def test_it_is_taken_for_a_time_that_one_person_can_carry(until: object, saying: str) -> None:
    refusal = given(defined).when(replace(take, until=until)).refused(OverrideRefused, saying)  # type: ignore[arg-type]
    assert refusal.facts["field"] == "until"


def test_it_cannot_be_taken_in_a_schedule_that_never_was() -> None:
    given().when(take).refused(ScheduleNotFound, "payments")


def test_one_who_took_it_and_is_forgotten_leaves_it_to_those_whose_turn_it_is() -> None:
    rota = schedule_decider.fold(after(take, defined)).rota
    gone = replace(rota, gone=((CEM, at(11)),))
    assert on_call(gone, at(10, 59)).responder_ids == (CEM,)
    assert on_call(gone, at(11)).responder_ids == (ADA,)
