"""Meeting state, folded from its events: when it is, who was asked, who came, what was said."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from events.ids import ResponderId
from events.postmortem.meeting.agenda import Agenda
from events.postmortem.meeting.events import (
    MeetingAttended,
    MeetingCalledOff,
    MeetingEnded,
    MeetingEvent,
    MeetingMoved,
    MeetingNoted,
    MeetingRated,
    MeetingScheduled,
)

FEWEST_ANSWERS: Final = 5  # that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingNote:
    """What was said on an item."""

    text_id: UUID
    item: int
    text: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What one person, whoever it is, answered at the end."""

    learned: bool
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """How many answered what."""

    answers: int
    learned: int
    again: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """The meeting about a postmortem. Its invitation has one UID for ever, and this sequence."""

    starts_at: datetime
    agenda: Agenda
    place: str | None
    facilitator_id: ResponderId | None
    invited_ids: tuple[ResponderId, ...]
    sequence: int = 0  # RFC 5545: up with every change of what calendars show
    changed_at: datetime
    called_off: bool = False
    ended_at: datetime | None = None
    attendee_ids: frozenset[ResponderId] = frozenset()
    notes: tuple[MeetingNote, ...] = ()
    answers: Mapping[UUID, Rating] = field(default_factory=dict)

    @property
    def ratings(self) -> Ratings | None:
        """Return what people thought of it; None while so few said that each could be guessed."""
        if len(self.answers) < FEWEST_ANSWERS:
            return None
        said = self.answers.values()
        return Ratings(
            answers=len(said),
            learned=sum(one.learned for one in said),
            again=sum(one.again for one in said),
        )

    @property
    def stands(self) -> bool:
        """Tell whether it takes place, or has."""
        return not self.called_off


def meeting_after(known: Meeting | None, event: MeetingEvent) -> Meeting | None:
    """Return the meeting after the event; never refuses."""
    if isinstance(event, MeetingScheduled):
        return _scheduled(known, event)
    return None if known is None else _changed(known, event)


def _scheduled(known: Meeting | None, event: MeetingScheduled) -> Meeting:
    return Meeting(
        starts_at=event.starts_at,
        agenda=event.agenda,
        place=event.place,
        facilitator_id=event.facilitator_id,
        invited_ids=event.invited_ids,
        sequence=0 if known is None else known.sequence + 1,
        changed_at=event.scheduled_at,
        attendee_ids=frozenset() if known is None else known.attendee_ids,
        notes=() if known is None else known.notes,
        answers={} if known is None else known.answers,
    )


def _changed(
    known: Meeting,
    event: MeetingMoved
    | MeetingCalledOff
    | MeetingAttended
    | MeetingNoted
    | MeetingEnded
    | MeetingRated,
) -> Meeting:
    match event:
        case MeetingMoved():
            return replace(
                known,
                starts_at=event.starts_at,
                place=event.place,
                sequence=known.sequence + 1,
                changed_at=event.moved_at,
            )
        case MeetingCalledOff():
            return replace(
                known,
                called_off=True,
                sequence=known.sequence + 1,
                changed_at=event.called_off_at,
            )
        case MeetingAttended():
            one = frozenset({event.attendee_id})
            ids = known.attendee_ids | one if event.present else known.attendee_ids - one
            return replace(known, attendee_ids=ids)
        case MeetingNoted():
            note = MeetingNote(
                text_id=event.text_id, item=event.item, text=event.text, by=event.noted_by
            )
            return replace(known, notes=(*known.notes, note))
        case MeetingEnded():
            return replace(known, ended_at=event.ended_at)
        case MeetingRated():
            rating = Rating(learned=event.learned, again=event.again)
            return replace(known, answers={**known.answers, event.answer_id: rating})


def without_text(known: Meeting | None, text_id: UUID) -> Meeting | None:
    """Return the meeting without what an erased note said."""
    if known is None:
        return None
    notes = (replace(one, text="") if one.text_id == text_id else one for one in known.notes)
    return replace(known, notes=tuple(notes))
