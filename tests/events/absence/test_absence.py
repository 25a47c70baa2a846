"""Somebody is away for a time to come; a calendar is taken over as a whole."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from events.absence.commands import EnterAbsence, ImportCalendar, RemoveAbsence
from events.absence.decide import (
    MOST_IN_A_CALENDAR,
    AbsenceNotFound,
    AbsenceRefused,
    absence_decider,
)
from events.absence.events import Absence, AbsenceEntered, AbsenceImported
from events.actor import Actor
from events.ids import AbsenceId, ResponderId
from tests.given import given as given_to

given = partial(given_to, by=absence_decider)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
ADA = ResponderId("ada")
BOSS = Actor(principal="responder:ada", responder_id=ADA)


def absence(number: int = 1, days: int = 3) -> Absence:
    begins = NOW + timedelta(days=10 * number)
    return Absence(
        absence_id=AbsenceId(UUID(int=number)),
        starts_at=begins,
        ends_at=begins + timedelta(days=days),
    )


ENTER = EnterAbsence(
    responder_id=ADA,
    absence_id=absence().absence_id,
    starts_at=absence().starts_at,
    ends_at=absence().ends_at,
    actor=BOSS,
    at=NOW,
)
ENTERED = AbsenceEntered(
    responder_id=ADA, absence=absence(), entered_by="responder:ada", entered_at=NOW
)
IMPORT = ImportCalendar(
    responder_id=ADA, calendar="own", absences=(absence(2), absence(3)), actor=BOSS, at=NOW
)
IMPORTED = AbsenceImported(
    responder_id=ADA,
    calendar="own",
    absences=IMPORT.absences,
    imported_by="responder:ada",
    imported_at=NOW,
)


def test_an_absence_is_entered_once() -> None:
    given().when(ENTER).then(ENTERED)
    given(ENTERED).when(ENTER).then()


def test_what_ends_before_it_begins_or_is_over_or_never_ends_is_refused() -> None:
    for ends_at in (ENTER.starts_at, NOW, ENTER.starts_at + timedelta(days=401)):
        with pytest.raises(AbsenceRefused):
            absence_decider.decide(replace(ENTER, ends_at=ends_at), absence_decider.initial)


def test_a_calendar_replaces_what_it_said_and_nothing_else() -> None:
    given(ENTERED).when(IMPORT).then(IMPORTED)
    given(ENTERED, IMPORTED).when(IMPORT).then()
    less = replace(IMPORT, absences=(absence(3),))
    given(ENTERED, IMPORTED).when(less).then(replace(IMPORTED, absences=(absence(3),)))
    state = absence_decider.fold([ENTERED, IMPORTED, replace(IMPORTED, absences=())])
    assert state.calendars == {}
    assert state.entered == (absence(),)


def test_a_calendar_of_more_than_an_event_takes_is_refused() -> None:
    many = tuple(absence(number) for number in range(MOST_IN_A_CALENDAR + 1))
    with pytest.raises(AbsenceRefused):
        absence_decider.decide(replace(IMPORT, absences=many), absence_decider.initial)


def test_only_what_was_entered_by_hand_is_removed_by_hand() -> None:
    command = RemoveAbsence(responder_id=ADA, absence_id=absence(2).absence_id, actor=BOSS, at=NOW)
    with pytest.raises(AbsenceNotFound, match="imported again"):
        absence_decider.decide(command, absence_decider.fold([IMPORTED]))
    entered = replace(ENTERED, absence=absence(2))
    assert absence_decider.decide(command, absence_decider.fold([entered]))
