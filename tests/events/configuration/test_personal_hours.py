"""A person says by which clock they work and sleep; what nobody can live by is refused."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from events.actor import Actor
from events.configuration.personal_hours import PersonalHours, PersonalHoursImpossible
from events.configuration.responder import (
    DefineResponderHours,
    ResponderHoursDefined,
    ResponderKind,
    ResponderNotFound,
    ResponderRegistered,
    responder_decider,
)
from events.ids import ResponderId
from events.on_call.zones import UnknownZone
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANA = ResponderId("ana")
BERLIN = PersonalHours(zone="Europe/Berlin")
registered = ResponderRegistered(
    responder_id=ANA,
    name="Ana",
    contact_methods=(),
    registered_by="api_key:root",
    registered_at=NOW,
)
define = DefineResponderHours(
    responder_id=ANA, hours=BERLIN, actor=Actor(principal="responder:ana"), at=NOW
)
defined = ResponderHoursDefined(
    responder_id=ANA, hours=BERLIN, defined_by="responder:ana", defined_at=NOW
)


def test_a_person_says_when_they_work_and_sleep() -> None:
    given(registered).when(define).then(defined)


def test_to_say_the_same_again_changes_nothing() -> None:
    again = replace(define, at=NOW + timedelta(days=1))
    given(registered, defined).when(again).then_nothing()


def test_a_new_address_leaves_a_persons_hours_as_they_are() -> None:
    renamed = replace(registered, name="Ana Maria")
    state = responder_decider.fold([registered, defined, renamed])
    assert state is not None
    assert (state.name, state.hours) == ("Ana Maria", BERLIN)


def test_nobody_has_hours_who_is_not_there_nor_has_a_chat_room() -> None:
    given().when(define).refused(ResponderNotFound, "No such person: ana")
    room = replace(registered, kind=ResponderKind.CHANNEL)
    given(room).when(define).refused(ResponderNotFound)


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (replace(BERLIN, work_days=(1, 8)), "from 1 (Monday) to 7 (Sunday)"),
        (replace(BERLIN, work_days=(1, 1)), "each once"),
        (replace(BERLIN, sleep_ends=time(9)), "overlap"),
        (replace(BERLIN, work_begins=time(20), work_ends=time(4)), "overlap"),
        (replace(BERLIN, sleep_begins=time(9), sleep_ends=time(17)), "overlap"),
        (replace(BERLIN, work_ends=time(8)), "both 8:00"),
    ],
)
def test_hours_that_nobody_can_live_by_are_refused(hours: PersonalHours, says: str) -> None:
    given(registered).when(replace(define, hours=hours)).refused(PersonalHoursImpossible, says)


def test_who_works_at_night_sleeps_by_day() -> None:
    night = PersonalHours(
        zone="Europe/Berlin",
        work_begins=time(22),
        work_ends=time(6),
        sleep_begins=time(7),
        sleep_ends=time(15),
    )
    given(registered).when(replace(define, hours=night)).then(replace(defined, hours=night))


def test_a_zone_that_is_not_there_is_refused_by_its_name() -> None:
    nowhere = replace(BERLIN, zone="Europe/Atlantis")
    given(registered).when(replace(define, hours=nowhere)).refused(UnknownZone, "Europe/Atlantis")
