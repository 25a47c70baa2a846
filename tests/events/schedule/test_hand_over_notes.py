"""Whoever goes off call leaves a note on their shift for those who come after them."""

from dataclasses import replace
from datetime import timedelta

from events.actor import Actor
from events.schedule.hand_over import NoteHandOver, ScheduleHandOverNoted
from events.schedule.noting import NoShiftToHandOver, NoteOfAnother
from events.schedule.refusals import ScheduleNotFound
from tests.events.schedule.rota import ADA, BEN, MONDAY, PAYMENTS, at, defined
from tests.given import given

HAND_OFF = MONDAY + timedelta(days=7)
note = NoteHandOver(
    schedule_id=PAYMENTS,
    responder_id=ADA,
    text="The certificate of checkout ends on Friday.",
    shift_at=None,
    manages=False,
    gone=(),
    actor=Actor(principal="api_key:k1", responder_id=ADA),
    at=at(8, day=30),
)
noted = ScheduleHandOverNoted(
    schedule_id=PAYMENTS,
    responder_id=ADA,
    text="The certificate of checkout ends on Friday.",
    shift_starts_at=MONDAY,
    shift_ends_at=HAND_OFF,
    notify_ids=(BEN,),
    noted_by="responder:ada",
    noted_at=at(8, day=30),
)


def test_a_note_is_about_the_shift_that_ends_and_for_whoever_is_next() -> None:
    given(defined).when(note).then(noted)


def test_a_note_after_the_hand_over_is_about_the_shift_before_it() -> None:
    later = HAND_OFF + timedelta(hours=2)
    given(defined).when(replace(note, at=later)).then(replace(noted, noted_at=later))


def test_only_who_was_on_that_shift_or_a_manager_leaves_a_note() -> None:
    ben = Actor(principal="api_key:k2", responder_id=BEN)
    given(defined).when(replace(note, actor=ben)).refused(NoteOfAnother, "ada or a manager")
    by_boss = replace(note, actor=ben, manages=True)
    given(defined).when(by_boss).then(replace(noted, noted_by="responder:ben"))


def test_a_shift_that_was_not_theirs_or_has_not_begun_is_not_handed_over() -> None:
    ben = replace(note, responder_id=BEN, actor=Actor(principal="k", responder_id=BEN))
    given(defined).when(ben).refused(NoShiftToHandOver, "ben was not on call")
    ahead = replace(note, shift_at=HAND_OFF + timedelta(days=1))
    given(defined).when(ahead).refused(NoShiftToHandOver, "ada was not on call")
    given().when(note).refused(ScheduleNotFound, "payments")
