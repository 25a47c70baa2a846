"""Meeting rules: one meeting for a postmortem, after its incident, moved and called off aloud."""

from datetime import timedelta
from typing import Final, assert_never

from events.ids import IncidentId
from events.postmortem.meeting.agenda import LONGEST_ITEM, MOST_ITEMS, Agenda
from events.postmortem.meeting.commands import (
    CallMeetingOff,
    EndMeeting,
    MeetingCommand,
    NoteInMeeting,
    RateMeeting,
    ScheduleMeeting,
    TickAttendance,
)
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
from events.postmortem.meeting.refusals import (
    MeetingIsOver,
    MeetingNotScheduled,
    MeetingRefused,
)
from events.postmortem.meeting.state import Meeting, Rating

FARTHEST: Final = timedelta(days=366)


def hold_meeting(
    command: MeetingCommand, incident_id: IncidentId, meeting: Meeting | None
) -> list[MeetingEvent]:
    """Return the facts this command leads to; `incident_id` has a postmortem.

    Raises: MeetingRefused, MeetingNotScheduled, MeetingIsOver.
    """
    if isinstance(command, ScheduleMeeting):
        return schedule(command, incident_id, meeting)
    if isinstance(command, CallMeetingOff):
        return call_off(command, incident_id, meeting)
    known = scheduled(meeting)
    match command:
        case TickAttendance():
            return tick(command, incident_id, known)
        case NoteInMeeting():
            return note(command, incident_id, known)
        case EndMeeting():
            return end(command, incident_id, known)
        case RateMeeting():
            return rate(command, incident_id, known)
        case _:
            assert_never(command)


def schedule(
    command: ScheduleMeeting, incident_id: IncidentId, meeting: Meeting | None
) -> list[MeetingEvent]:
    """Schedule it, or move it where only its time or its place is another."""
    if meeting is not None and meeting.stands and _details(meeting) == _details(command):
        if (meeting.starts_at, meeting.place) == (command.starts_at, command.place):
            return []
        _require_times(command, meeting)
        return [
            MeetingMoved(
                incident_id=incident_id,
                starts_at=command.starts_at,
                place=command.place,
                moved_by=command.actor.name,
                moved_at=command.at,
            )
        ]
    _require_times(command, meeting)
    _require_agenda(command.agenda)
    return [
        MeetingScheduled(
            incident_id=incident_id,
            starts_at=command.starts_at,
            agenda=command.agenda,
            place=command.place,
            facilitator_id=command.facilitator_id,
            invited_ids=command.invited_ids,
            scheduled_by=command.actor.name,
            scheduled_at=command.at,
        )
    ]


def _details(one: Meeting | ScheduleMeeting) -> tuple[object, ...]:
    return one.agenda, one.facilitator_id, frozenset(one.invited_ids)


def _require_times(command: ScheduleMeeting, meeting: Meeting | None) -> None:
    if meeting is not None and meeting.ended_at is not None:
        raise MeetingIsOver("The meeting took place: what is left to say goes into the postmortem.")
    if command.starts_at < command.incident_began_at:
        raise MeetingRefused(
            f"A meeting at {command.starts_at:%Y-%m-%d %H:%M} UTC would be before the incident"
            f" itself: name a time after {command.incident_began_at:%Y-%m-%d %H:%M} UTC.",
            field="starts_at",
        )
    if command.starts_at > command.at + FARTHEST:
        raise MeetingRefused(
            f"It cannot be more than {FARTHEST.days} days from now: nobody remembers by then.",
            field="starts_at",
        )


def _require_agenda(agenda: Agenda) -> None:
    if not 1 <= len(agenda) <= MOST_ITEMS:
        raise MeetingRefused(
            f"An agenda has 1 to {MOST_ITEMS} items, not {len(agenda)}.", field="agenda"
        )
    for item in agenda:
        if not 1 <= item.minutes <= LONGEST_ITEM:
            raise MeetingRefused(
                f"{item.topic} takes 1 to {LONGEST_ITEM} minutes, not {item.minutes}.",
                field="agenda",
            )


def scheduled(meeting: Meeting | None) -> Meeting:
    """Return the meeting that stands.

    Raises: MeetingNotScheduled.
    """
    if meeting is None or meeting.called_off:
        raise MeetingNotScheduled("No meeting is scheduled: schedule one first.")
    return meeting


def call_off(
    command: CallMeetingOff, incident_id: IncidentId, known: Meeting | None
) -> list[MeetingEvent]:
    """Call it off, once; what took place cannot be called off."""
    if known is not None and known.called_off:
        return []
    meeting = scheduled(known)
    if meeting.ended_at is not None:
        raise MeetingIsOver("The meeting took place: it cannot be called off.")
    return [
        MeetingCalledOff(
            incident_id=incident_id,
            reason=command.reason,
            called_off_by=command.actor.name,
            called_off_at=command.at,
        )
    ]


def tick(command: TickAttendance, incident_id: IncidentId, meeting: Meeting) -> list[MeetingEvent]:
    """Say who was there; also after the end, for somebody forgot to tick."""
    if (command.attendee_id in meeting.attendee_ids) == command.present:
        return []
    return [
        MeetingAttended(
            incident_id=incident_id,
            attendee_id=command.attendee_id,
            present=command.present,
            attended_at=command.at,
        )
    ]


def note(command: NoteInMeeting, incident_id: IncidentId, meeting: Meeting) -> list[MeetingEvent]:
    """Keep what was said on an item that the agenda has."""
    if any(one.text_id == command.text_id for one in meeting.notes):
        return []
    if not command.text.strip():
        raise MeetingRefused("The note is empty: say something.", field="text")
    if not 1 <= command.item <= len(meeting.agenda):
        raise MeetingRefused(
            f"The agenda has no item {command.item}: name 1 to {len(meeting.agenda)}.",
            field="item",
        )
    return [
        MeetingNoted(
            incident_id=incident_id,
            text_id=command.text_id,
            item=command.item,
            text=command.text,
            noted_by=command.actor.name,
            noted_at=command.at,
        )
    ]


def end(command: EndMeeting, incident_id: IncidentId, meeting: Meeting) -> list[MeetingEvent]:
    """Say that it is over, once."""
    if meeting.ended_at is not None:
        return []
    if command.at < meeting.starts_at:
        raise MeetingRefused(
            f"It begins at {meeting.starts_at:%Y-%m-%d %H:%M} UTC: end it then, or call it off."
        )
    return [MeetingEnded(incident_id=incident_id, ended_by=command.actor.name, ended_at=command.at)]


def rate(command: RateMeeting, incident_id: IncidentId, meeting: Meeting) -> list[MeetingEvent]:
    """Take one answer of each who was asked or came; said again, it takes the other's place."""
    if command.at < meeting.starts_at:
        raise MeetingRefused(
            f"It begins at {meeting.starts_at:%Y-%m-%d %H:%M} UTC: say afterwards what it gave you."
        )
    if command.rater_id not in {*meeting.invited_ids, *meeting.attendee_ids}:
        raise MeetingRefused(
            "This is asked of those who were invited or came: tick first that you were there."
        )
    said = Rating(learned=command.learned, again=command.again)
    if meeting.answers.get(command.answer_id) == said:
        return []
    return [
        MeetingRated(
            incident_id=incident_id,
            answer_id=command.answer_id,
            learned=command.learned,
            again=command.again,
            rated_at=command.at,
        )
    ]
