"""Meetings as calendars show them are what the meeting's own state says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from events.postmortem.meeting.agenda import DEFAULT_AGENDA
from events.postmortem.meeting.events import (
    MeetingAttended,
    MeetingCalledOff,
    MeetingEnded,
    MeetingEvent,
    MeetingMoved,
    MeetingScheduled,
)
from events.postmortem.meeting.state import Meeting, meeting_after
from projections.practice.meetings import MeetingRow, evolve, meetings_in
from tests.events.postmortem.story import ANA, BEN, CEM, INC_7
from tests.projections.test_notes import recorded

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOURS = st.integers(0, 99).map(lambda hours: NOON + timedelta(hours=hours))
PEOPLE = st.lists(st.sampled_from([ANA, BEN, CEM]), unique=True).map(tuple)
EVENTS: st.SearchStrategy[MeetingEvent] = st.one_of(
    st.builds(
        MeetingScheduled,
        incident_id=st.just(INC_7),
        starts_at=HOURS,
        agenda=st.sampled_from([DEFAULT_AGENDA, DEFAULT_AGENDA[:1]]),
        place=st.sampled_from([None, "Room 4"]),
        facilitator_id=st.sampled_from([None, ANA]),
        invited_ids=PEOPLE,
        scheduled_by=st.just("responder:ana"),
        scheduled_at=HOURS,
    ),
    st.builds(
        MeetingMoved,
        incident_id=st.just(INC_7),
        starts_at=HOURS,
        place=st.sampled_from([None, "Room 5"]),
        moved_by=st.just("responder:ana"),
        moved_at=HOURS,
    ),
    st.builds(
        MeetingCalledOff,
        incident_id=st.just(INC_7),
        reason=st.just("Ill"),
        called_off_by=st.just("responder:ana"),
        called_off_at=HOURS,
    ),
    st.builds(
        MeetingAttended,
        incident_id=st.just(INC_7),
        attendee_id=st.just(BEN),
        present=st.booleans(),
        attended_at=HOURS,
    ),
    st.builds(MeetingEnded, incident_id=st.just(INC_7), ended_by=st.just("ana"), ended_at=HOURS),
)


@given(st.lists(EVENTS, max_size=8))
def test_a_calendar_shows_the_meeting_as_its_rules_see_it(events: list[MeetingEvent]) -> None:
    known: Meeting | None = None
    row: MeetingRow | None = None
    for version, event in enumerate(events, start=1):
        known = meeting_after(known, event)
        for key in meetings_in(event):
            row = evolve(row, recorded(version, event), key)
    assert (row and row.meeting) == (known and replace(known, attendee_ids=frozenset()))
