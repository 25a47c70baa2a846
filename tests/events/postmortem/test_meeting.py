"""The meeting about a postmortem: after its incident, moved and called off aloud."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from events.ids import ResponderId
from events.postmortem.commands import EraseText
from events.postmortem.decide import postmortem_decider as rules
from events.postmortem.meeting.agenda import DEFAULT_AGENDA, AgendaItem, length_of, timed
from events.postmortem.meeting.commands import (
    CallMeetingOff,
    EndMeeting,
    NoteInMeeting,
    RateMeeting,
    ScheduleMeeting,
    TickAttendance,
)
from events.postmortem.meeting.events import (
    MeetingAttended,
    MeetingCalledOff,
    MeetingEnded,
    MeetingMoved,
    MeetingNoted,
    MeetingScheduled,
)
from events.postmortem.meeting.refusals import MeetingIsOver, MeetingNotScheduled, MeetingRefused
from events.postmortem.refusals import PostmortemNotFound
from events.postmortem.state import Postmortem
from tests.events.postmortem.story import ANA, BEN, CEM, INC_7, NOW, after, by, given, started

LATER = NOW + timedelta(days=2)
BEGAN = NOW - timedelta(hours=3)


def schedule(**more: Any) -> ScheduleMeeting:
    words = {"starts_at": LATER, "place": "Room 4", "invited_ids": (ANA, BEN)}
    return ScheduleMeeting(**{**words, "incident_began_at": BEGAN, **by("ana"), **more})


scheduled = MeetingScheduled(
    incident_id=INC_7,
    starts_at=LATER,
    agenda=DEFAULT_AGENDA,
    place="Room 4",
    facilitator_id=None,
    invited_ids=(ANA, BEN),
    scheduled_by="responder:ana",
    scheduled_at=NOW,
)
called_off = MeetingCalledOff(
    incident_id=INC_7, reason="Ana is ill", called_off_by="responder:ana", called_off_at=NOW
)
ended = MeetingEnded(
    incident_id=INC_7, ended_by="responder:ana", ended_at=LATER + timedelta(hours=1)
)
moved = MeetingMoved(
    incident_id=INC_7,
    starts_at=LATER + timedelta(hours=1),
    place="Room 4",
    moved_by="responder:ana",
    moved_at=NOW,
)


def meeting_of(known: Postmortem) -> Any:
    assert known.meeting is not None
    return known.meeting


def test_the_agenda_is_the_practices_with_its_clock_times() -> None:
    told = [(one.item.topic, f"{one.starts_at:%H:%M}") for one in timed(DEFAULT_AGENDA, NOW)]
    assert told == [
        ("Review timeline", "12:00"),
        ("Root cause analysis", "12:10"),
        ("Contributing factors", "12:25"),
        ("Action items", "12:35"),
        ("Wrap up", "12:50"),
    ]
    assert length_of(DEFAULT_AGENDA) == timedelta(minutes=55)


def test_a_meeting_is_scheduled_once() -> None:
    given(started).when(schedule()).then(scheduled)
    given(started, scheduled).when(schedule()).then_nothing()
    given(started, scheduled).when(schedule(invited_ids=(BEN, ANA))).then_nothing()


def test_another_time_moves_it_and_anything_else_invites_anew() -> None:
    given(started, scheduled).when(schedule(starts_at=moved.starts_at)).then(moved)
    wanted = schedule(invited_ids=(ANA, BEN, CEM))
    [anew] = rules.decide(wanted, rules.fold([started, scheduled]))
    assert isinstance(anew, MeetingScheduled)
    assert anew.invited_ids == (ANA, BEN, CEM)


def test_a_meeting_before_the_incident_is_refused() -> None:
    early = schedule(starts_at=BEGAN - timedelta(minutes=1))
    given(started).when(early).refused(MeetingRefused)
    too_late = schedule(starts_at=NOW + timedelta(days=400))
    given(started).when(too_late).refused(MeetingRefused)


def test_a_meeting_about_no_postmortem_is_refused() -> None:
    given().when(schedule()).refused(PostmortemNotFound)


@pytest.mark.parametrize(
    "agenda",
    [(), (AgendaItem(topic="Talk", minutes=0),), (AgendaItem(topic="Talk", minutes=1),) * 13],
    ids=["empty", "no time", "too long"],
)
def test_an_agenda_has_items_that_take_time(agenda: tuple[AgendaItem, ...]) -> None:
    given(started).when(schedule(agenda=agenda)).refused(MeetingRefused)


def test_it_is_called_off_once_and_can_be_scheduled_anew() -> None:
    command = CallMeetingOff(reason="Ana is ill", **by("ana"))
    given(started, scheduled).when(command).then(called_off)
    given(started, scheduled, called_off).when(command).then_nothing()
    given(started).when(command).refused(MeetingNotScheduled)
    given(started, scheduled, called_off).when(schedule()).then(scheduled)


def test_every_change_of_what_calendars_show_has_a_higher_sequence() -> None:
    told: list[Any] = [scheduled, moved, called_off, scheduled]
    sequences = [
        meeting_of(rules.fold([started, *told[: count + 1]])).sequence for count in range(len(told))
    ]
    assert sequences == [0, 1, 2, 3]
    noted = MeetingNoted(
        incident_id=INC_7, text_id=UUID(int=1), item=1, text="x", noted_by="ana", noted_at=NOW
    )
    assert meeting_of(rules.fold([started, scheduled, noted])).sequence == 0


def test_who_came_is_ticked_and_unticked_also_afterwards() -> None:
    came = MeetingAttended(incident_id=INC_7, attendee_id=CEM, present=True, attended_at=NOW)
    tick = TickAttendance(attendee_id=CEM, **by("ana"))
    given(started, scheduled, ended).when(tick).then(came)
    given(started, scheduled, came).when(tick).then_nothing()
    untick = TickAttendance(attendee_id=CEM, present=False, **by("ana"))
    given(started, scheduled).when(untick).then_nothing()
    assert meeting_of(after(schedule(), tick)).attendee_ids == {CEM}
    assert meeting_of(after(schedule(), tick, untick)).attendee_ids == frozenset()


def test_a_note_stands_at_an_item_of_the_agenda_and_can_be_erased() -> None:
    note = NoteInMeeting(text_id=UUID(int=9), item=2, text="The index was dropped", **by("ben"))
    known = after(schedule(), note)
    assert [(one.item, one.text, one.by) for one in meeting_of(known).notes] == [
        (2, "The index was dropped", "responder:ben")
    ]
    assert rules.decide(note, known) == []
    erased = after(schedule(), note, EraseText(text_id=UUID(int=9), reason="A name", **by("ana")))
    assert meeting_of(erased).notes[0].text == ""
    beside = NoteInMeeting(text_id=UUID(int=8), item=6, text="x", **by("ben"))
    given(started, scheduled).when(beside).refused(MeetingRefused)


def test_it_ends_once_and_not_before_it_begins() -> None:
    late = {**by("ana"), "at": LATER + timedelta(hours=1)}
    given(started, scheduled).when(EndMeeting(**late)).then(ended)
    given(started, scheduled, ended).when(EndMeeting(**late)).then_nothing()
    given(started, scheduled).when(EndMeeting(**by("ana"))).refused(MeetingRefused)


def test_what_took_place_is_neither_moved_nor_called_off() -> None:
    past = given(started, scheduled, ended)
    past.when(schedule(starts_at=moved.starts_at)).refused(MeetingIsOver)
    given(started, scheduled, ended).when(CallMeetingOff(reason="No", **by("ana"))).refused(
        MeetingIsOver
    )


def rate(number: int, who: ResponderId = ANA, **answers: bool) -> RateMeeting:
    late = {**by("ana"), "at": LATER + timedelta(hours=1)}
    learned, again = answers.get("learned", True), answers.get("again", True)
    return RateMeeting(
        answer_id=UUID(int=number), rater_id=who, learned=learned, again=again, **late
    )


def test_each_answers_once_and_the_newest_answer_counts() -> None:
    known = after(schedule(), rate(1), rate(1, learned=False), rate(1, learned=False))
    assert [one.learned for one in meeting_of(known).answers.values()] == [False]
    assert rules.decide(rate(1, learned=False), known) == []


def test_answers_are_counted_from_five_on_and_fewer_are_not_told() -> None:
    said = [rate(number, learned=number > 2, again=number > 1) for number in range(1, 6)]
    assert meeting_of(after(schedule(), *said[:4])).ratings is None
    counted = meeting_of(after(schedule(), *said)).ratings
    assert (counted.answers, counted.learned, counted.again) == (5, 3, 4)


def test_no_event_says_who_answered() -> None:
    [event] = rules.decide(rate(1, BEN), after(schedule()))
    assert "ben" not in repr(event)
    assert "ana" not in repr(event)


def test_only_who_was_asked_or_came_answers_and_not_before_it_begins() -> None:
    given(started, scheduled).when(rate(1, CEM)).refused(MeetingRefused)
    came = TickAttendance(attendee_id=CEM, **by("ana"))
    assert meeting_of(after(schedule(), came, rate(1, CEM))).answers
    early = replace(rate(1), at=NOW)
    given(started, scheduled).when(early).refused(MeetingRefused)
    given(started).when(rate(1)).refused(MeetingNotScheduled)
