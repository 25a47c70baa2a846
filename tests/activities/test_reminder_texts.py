"""What people read of a postmortem that is to be written, or to be read before a meeting."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from activities.delivery.message import discreet
from activities.follow_up.envelope import Envelope
from activities.follow_up.matter import Matter
from activities.follow_up.postmortem_text import MeetingText, PostmortemText
from events.follow_up.reminders import ReminderTo
from events.follow_up.work_hours import WorkHours
from events.ids import DeliveryId, IncidentId, ResponderId
from events.incident.privacy.state import OPEN
from events.postmortem.state import PostmortemState

DUE = datetime(2026, 12, 7, 14, tzinfo=UTC)
MATTER = Matter(
    incident_id=IncidentId(UUID(int=7)),
    reference="INC-1042",
    title="Checkout answers 500",
    commander=ResponderId("may"),
    team=None,
    privacy=OPEN,
    known_to=None,
)
POSTMORTEM = PostmortemText(due_at=DUE, author="grace", state=PostmortemState.DRAFT)
MEETING = MeetingText(starts_at=DUE, minutes=55, place="Room 4")


def envelope(
    at: datetime, to: ReminderTo = ReminderTo.OWNER, zone: str = "Europe/Berlin"
) -> Envelope:
    return Envelope(
        delivery_id=DeliveryId(UUID(int=1)),
        matter=MATTER,
        to=to,
        hours=WorkHours(zone=zone),
        at=at,
        site="https://tocsin.example.org",
    )


@pytest.mark.parametrize(
    ("after", "zone", "said"),
    [
        (timedelta(days=-3), "Europe/Berlin", "is due on Mon 07 Dec, 15:00"),
        (timedelta(days=-3), "Asia/Tokyo", "is due on Mon 07 Dec, 23:00"),
        (timedelta(hours=-4), "Europe/Berlin", "is due today"),
        (timedelta(0), "Europe/Berlin", "is due now"),
        (timedelta(hours=18), "Europe/Berlin", "is late by 1 day"),
        (timedelta(days=10), "Europe/Berlin", "is late by 10 days"),
    ],
)
def test_the_headline_says_when_it_is_due_on_the_readers_clock(
    after: timedelta, zone: str, said: str
) -> None:
    message = POSTMORTEM.message(envelope(DUE + after, zone=zone))
    assert message.headline == f"Postmortem of INC-1042 {said}: Checkout answers 500"
    assert "tocsin postmortem waive INC-1042" in message.text
    [link] = message.links
    assert link.url == "https://tocsin.example.org/incidents/INC-1042/postmortem"


def test_programs_are_told_the_same() -> None:
    late = POSTMORTEM.message(envelope(DUE + timedelta(days=2), ReminderTo.OTHERS))
    assert late.event == "postmortem.escalated"
    assert late.facts["days_late"] == 2
    assert late.facts["postmortem"] == {
        "state": "draft",
        "author": "grace",
        "due_at": "2026-12-07T14:00:00+00:00",
    }
    assert POSTMORTEM.message(envelope(DUE)).event == "postmortem.reminded"


def test_whoever_is_invited_reads_when_and_where_the_meeting_is() -> None:
    asked = MEETING.message(envelope(DUE - timedelta(days=1), ReminderTo.INVITED))
    assert asked.headline == (
        "Read the postmortem of INC-1042 before Mon 07 Dec, 15:00: Checkout answers 500"
    )
    assert "Mon 07 Dec, 15:00 (Europe/Berlin), 55 minutes, Room 4" in asked.text
    assert asked.footer == "You get this because you are invited."


def test_a_locked_screen_says_nothing_of_a_private_incident() -> None:
    told = POSTMORTEM.message(envelope(DUE, ReminderTo.OWNER))
    shown = discreet(replace(told, private=True))
    assert "Checkout" not in f"{shown.headline}{shown.text}{shown.facts}"
