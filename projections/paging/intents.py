"""Delivery intents: what an event makes wanted, whatever kind of message it is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.announcement.events import AnnouncementPlanned
from events.contact_verification.events import ContactVerificationRequested
from events.delivery.events import (
    MEETING_INVITATION,
    NOTICE,
    PAGE,
    QUESTIONS,
    REMINDER,
    STATUS_UPDATE,
    VERIFICATION,
    IntendedDelivery,
)
from events.follow_up.events import ReminderGiven
from events.hand_off.events import NoticeGiven
from events.hand_off.state import about_of
from events.meeting_invitation.events import MeetingInvitationPlanned
from events.meeting_invitation.method import about_of as about_of_invitation
from events.page.events import EscalationExhausted, PageLevelEmpty, PageLevelReached
from events.questions.events import QuestionsAsked
from events.questions.state import about_of as about_of_questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What an event says of the messages that it makes wanted."""

    kind: str
    about: str
    at: datetime
    deliveries: tuple[IntendedDelivery, ...]
    incident_id: UUID | None = None
    page_id: UUID | None = None
    round: int | None = None
    level: int | None = None


def intent_in(event: object) -> Intent | None:
    """Return what an event makes wanted, None if it is no such event."""
    match event:
        case PageLevelReached(reached_at=at, round=round_, level=level):
            return _page(event, at, round_, level)
        case PageLevelEmpty(found_at=at, round=round_, level=level):
            return _page(event, at, round_, level)
        case EscalationExhausted(exhausted_at=at):
            return _page(event, at)
        case AnnouncementPlanned():
            return Intent(
                kind=STATUS_UPDATE,
                about=str(event.number),
                at=event.planned_at,
                deliveries=event.deliveries,
                incident_id=event.incident_id,
            )
        case NoticeGiven(given_at=at, deliveries=deliveries):
            return Intent(kind=NOTICE, about=about_of(event), at=at, deliveries=deliveries)
        case ReminderGiven(given_at=at, deliveries=deliveries):
            return Intent(
                kind=REMINDER,
                about=event.reminder.name,
                at=at,
                deliveries=deliveries,
                incident_id=event.incident_id,
            )
        case QuestionsAsked():
            return _questions(event)
        case MeetingInvitationPlanned(planned_at=at, deliveries=deliveries):
            return Intent(
                kind=MEETING_INVITATION,
                about=about_of_invitation(event.sequence, event.method),
                at=at,
                deliveries=deliveries,
                incident_id=event.incident_id,
            )
        case ContactVerificationRequested(requested_at=at, delivery=delivery):
            request = str(event.request_id)
            return Intent(kind=VERIFICATION, about=request, at=at, deliveries=(delivery,))
        case _:
            return None


def _questions(event: QuestionsAsked) -> Intent:
    about = about_of_questions(event.team_id, event.week)
    return Intent(kind=QUESTIONS, about=about, at=event.asked_at, deliveries=event.deliveries)


def _page(
    event: PageLevelReached | PageLevelEmpty | EscalationExhausted,
    at: datetime,
    round_: int | None = None,
    level: int | None = None,
) -> Intent:
    return Intent(
        kind=PAGE,
        about=str(event.page_id),
        at=at,
        deliveries=event.deliveries,
        incident_id=event.incident_id,
        page_id=event.page_id,
        round=round_,
        level=level,
    )
