"""Meeting commands: schedule it, call it off, tick who came, note what was said, end it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.actor import Actor
from events.ids import ResponderId
from events.postmortem.meeting.agenda import DEFAULT_AGENDA, Agenda


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleMeeting:
    """Have it at this time with these people, or have it otherwise than before."""

    starts_at: datetime
    agenda: Agenda = DEFAULT_AGENDA
    place: str | None = None
    facilitator_id: ResponderId | None = None
    invited_ids: tuple[ResponderId, ...]
    incident_began_at: datetime
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMeetingOff:
    """Have it not take place."""

    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TickAttendance:
    """Say that somebody was there, or was not after all."""

    attendee_id: ResponderId
    present: bool = True
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteInMeeting:
    """Keep what was said on an item of the agenda."""

    text_id: UUID
    item: int
    text: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMeeting:
    """Say that it is over."""

    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RateMeeting:
    """Answer the two questions: did you learn something, and would you come again."""

    answer_id: UUID  # of this person for this meeting
    rater_id: ResponderId  # who may answer is asked of the rules, and told by no event
    learned: bool
    again: bool
    actor: Actor
    at: datetime


type MeetingCommand = (
    ScheduleMeeting | CallMeetingOff | TickAttendance | NoteInMeeting | EndMeeting | RateMeeting
)
