"""A meeting in a calendar: read by other programs, moved and struck out, never doubled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import ics  # type: ignore[import-untyped]
import pytest
import vobject

from activities.calendars.entry import CalendarPart
from activities.calendars.writing import for_one, published
from activities.meeting_invitation.entry import MeetingEntry
from events.ids import IncidentId, ResponderId
from events.postmortem.meeting.agenda import DEFAULT_AGENDA
from events.postmortem.meeting.state import Meeting

AT_TWO = datetime(2026, 12, 2, 14, tzinfo=UTC)
MEETING = Meeting(
    starts_at=AT_TWO,
    agenda=DEFAULT_AGENDA,
    place="Room 4; left, right",
    facilitator_id=None,
    invited_ids=(ResponderId("ada"),),
    changed_at=AT_TWO - timedelta(days=2),
)
SHOWN = MeetingEntry(
    incident_id=IncidentId(UUID(int=7)),
    reference="INC-7",
    title="Zahlungen schlagen fehl; 30 %, überall\nBEGIN:VALARM" + " und so fort" * 12,
    url="https://tocsin.example.com/incidents/INC-7/postmortem",
    meeting=MEETING,
)


def with_vobject(content: bytes) -> dict[str, Any]:
    entry = vobject.readOne(content.decode()).vevent
    return {
        "uid": entry.uid.value,
        "summary": entry.summary.value,
        "place": entry.location.value,
        "begins": entry.dtstart.value,
        "ends": entry.dtend.value,
        "description": entry.description.value,
        "status": entry.status.value,
    }


def with_ics(content: bytes) -> dict[str, Any]:
    [entry] = ics.Calendar(content.decode()).events
    return {
        "uid": entry.uid,
        "summary": entry.name,
        "place": entry.location,
        "begins": entry.begin.datetime,
        "ends": entry.end.datetime,
        "description": entry.description,
        "status": entry.status,
    }


def in_a_feed(shown: MeetingEntry) -> bytes:
    return published([shown.entry], "Postmortem meetings")


def by_mail(shown: MeetingEntry) -> bytes:
    method = "CANCEL" if shown.meeting.called_off else "REQUEST"
    part = CalendarPart(entry=shown.entry, method=method)
    return for_one(part, organizer="tocsin@example.org", attendee="ada@example.org")


@pytest.mark.filterwarnings("ignore:.*maxsplit:DeprecationWarning")  # the library ics
@pytest.mark.parametrize("read", [with_vobject, with_ics], ids=["vobject", "ics"])
@pytest.mark.parametrize("write", [in_a_feed, by_mail], ids=["feed", "mail"])
def test_another_library_reads_what_was_meant(read: Any, write: Any) -> None:
    found = read(write(SHOWN))
    assert found["uid"] == SHOWN.uid
    assert found["summary"].startswith(
        "Postmortem of INC-7: Zahlungen schlagen fehl; 30 %, überall"
    )
    assert found["place"] == MEETING.place
    assert (found["begins"], found["ends"]) == (AT_TWO, AT_TWO + timedelta(minutes=55))
    assert "14:10-14:25 UTC  Root cause analysis: Why did this happen" in found["description"]
    assert found["status"] == "CONFIRMED"
    off = read(write(replace(SHOWN, meeting=replace(MEETING, called_off=True))))
    assert (off["uid"], off["status"]) == (SHOWN.uid, "CANCELLED")


def test_a_mailed_entry_says_who_asks_and_names_nobody_but_the_reader() -> None:
    entry = vobject.readOne(by_mail(SHOWN).decode())
    assert entry.method.value == "REQUEST"
    assert entry.vevent.organizer.value == "mailto:tocsin@example.org"
    [attendee] = entry.vevent.attendee_list
    assert attendee.value == "mailto:ada@example.org"
    assert attendee.params["RSVP"] == ["FALSE"]


def test_a_calendar_that_others_see_does_not_tell_what_a_private_incident_is() -> None:
    for write in (in_a_feed, by_mail):
        content = write(replace(SHOWN, private=True)).decode()
        assert "Zahlungen" not in content
        assert vobject.readOne(content).vevent.summary.value == "Postmortem of INC-7"
        assert "CLASS:PRIVATE" in content
