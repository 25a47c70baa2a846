"""Meeting events: what can happen to the meeting about a postmortem.

What is said there is sealed, each note under a key of its own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from events.ids import IncidentId, ResponderId
from events.postmortem.meeting.agenda import Agenda
from events.values.personal import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingScheduled:
    """Somebody invited to it, or to something else than before."""

    incident_id: IncidentId
    starts_at: datetime
    agenda: Agenda
    place: str | None  # a room, or where to call
    facilitator_id: ResponderId | None
    invited_ids: tuple[ResponderId, ...]
    scheduled_by: str
    scheduled_at: datetime
    type: Literal["meeting.scheduled"] = "meeting.scheduled"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingMoved:
    """It is at another time, or in another place."""

    incident_id: IncidentId
    starts_at: datetime
    place: str | None
    moved_by: str
    moved_at: datetime
    type: Literal["meeting.moved"] = "meeting.moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCalledOff:
    """It does not take place; it may be scheduled anew."""

    incident_id: IncidentId
    reason: str
    called_off_by: str
    called_off_at: datetime
    type: Literal["meeting.called_off"] = "meeting.called_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingAttended:
    """Somebody was there; or was not, and had been ticked by mistake."""

    incident_id: IncidentId
    attendee_id: ResponderId
    present: bool
    attended_at: datetime
    type: Literal["meeting.attended"] = "meeting.attended"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingNoted:
    """Something was said that people want to keep."""

    incident_id: IncidentId
    text_id: UUID
    item: int  # of the agenda, from 1 on
    text: Annotated[str, Personal("text_id")]  # Markdown
    noted_by: str
    noted_at: datetime
    type: Literal["meeting.noted"] = "meeting.noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingEnded:
    """It is over."""

    incident_id: IncidentId
    ended_by: str
    ended_at: datetime
    type: Literal["meeting.ended"] = "meeting.ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRated:
    """Somebody who was asked to it answered the two questions, and their newest answer counts.

    Nothing here says who: the answer's id is theirs for this meeting, and only who holds the
    server's key could try people against it.
    """

    incident_id: IncidentId
    answer_id: UUID
    learned: bool  # something that changes their work
    again: bool  # they would come
    rated_at: datetime
    type: Literal["meeting.rated"] = "meeting.rated"


type MeetingEvent = (
    MeetingScheduled
    | MeetingMoved
    | MeetingCalledOff
    | MeetingAttended
    | MeetingNoted
    | MeetingEnded
    | MeetingRated
)
