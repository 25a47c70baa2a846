"""A schedule acts from now on, keeps its past, and can end and begin again."""

from dataclasses import replace
from datetime import timedelta

from events.on_call.layer_rules import ScheduleInvalid
from events.on_call.zones import UnknownZone
from events.schedule.commands import EndSchedule
from events.schedule.decide import schedule_decider
from events.schedule.events import ScheduleEnded
from events.schedule.refusals import ScheduleNotFound, ScheduleOver
from tests.events.schedule.rota import (
    ADA,
    BEN,
    BOSS,
    CEM,
    MONDAY,
    PAYMENTS,
    at,
    define,
    defined,
    overridden,
    override,
    people,
    weekly,
)
from tests.given import given

end = EndSchedule(schedule_id=PAYMENTS, actor=BOSS, at=at(10, 30))
ended = ScheduleEnded(schedule_id=PAYMENTS, ended_by="responder:boss", ended_at=at(10, 30))


def test_a_schedule_is_defined_once_and_again_when_it_changes() -> None:
    given().when(define).then(defined)
    given(defined).when(replace(define, at=at(9))).then_nothing()
    given(defined).when(replace(define, name="Pay", at=at(9))).then(
        replace(defined, name="Pay", defined_at=at(9))
    )


def test_a_zone_that_is_none_is_refused() -> None:
    given().when(replace(define, zone="Europe/Atlantis")).refused(UnknownZone, "Atlantis")


def test_a_layer_without_anybody_to_take_turns_is_refused() -> None:
    empty = replace(weekly, rotation=replace(weekly.rotation, slots=()))
    given().when(replace(define, layers=(empty,))).refused(ScheduleInvalid, "slots")


def test_who_was_on_call_before_an_edit_was_and_after_it_the_edit_says() -> None:
    swapped = replace(weekly, rotation=replace(weekly.rotation, slots=((CEM,), (ADA,))))
    edited = replace(defined, layers=(swapped,), defined_at=at(12))
    assert people([defined, edited], at(11, 59, 59)) == (ADA,)
    assert people([defined, edited], at(12)) == (CEM,)


def test_a_new_name_is_no_new_edition() -> None:
    renamed = replace(defined, name="Pay", defined_at=at(12))
    assert len(schedule_decider.fold([defined, renamed]).rota.editions) == 1


def test_an_edit_by_a_clock_that_was_put_back_still_comes_after_what_it_edits() -> None:
    swapped = replace(weekly, rotation=replace(weekly.rotation, slots=((CEM,),)))
    edited = replace(defined, layers=(swapped,), defined_at=MONDAY - timedelta(hours=1))
    assert people([defined, edited], at(9)) == (CEM,)


def test_after_its_end_nobody_is_on_call_not_even_by_an_override() -> None:
    given(defined, overridden).when(end).then(ended)
    given(defined, overridden, ended).when(end).then_nothing()
    assert people([defined, overridden, ended], at(10, 29, 59)) == (BEN,)
    assert people([defined, overridden, ended], at(10, 30)) == ()
    assert people([defined, overridden, ended], at(8)) == (ADA,)


def test_an_ended_schedule_takes_no_override_and_begins_again_when_it_is_defined() -> None:
    given(defined, ended).when(replace(override, at=at(10, 31))).refused(ScheduleOver, "10:30")
    again = replace(defined, defined_at=at(12))
    given(defined, ended).when(replace(define, at=at(12))).then(again)
    assert people([defined, overridden, ended, again], at(11, 59)) == ()
    assert people([defined, overridden, ended, again], at(12)) == (ADA,)


def test_what_never_was_cannot_end() -> None:
    given().when(end).refused(ScheduleNotFound, "payments")
