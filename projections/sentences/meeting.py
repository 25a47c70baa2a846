"""Meeting sentences, without what was said there: that may be erased."""

from events.postmortem.meeting.events import (
    MeetingAttended,
    MeetingCalledOff,
    MeetingEnded,
    MeetingMoved,
    MeetingNoted,
    MeetingRated,
    MeetingScheduled,
)
from projections.sentences.words import because, clock, person, words


@words.register
def _(event: MeetingScheduled) -> str:
    people = len(event.invited_ids)
    asked = f"{people} {'person' if people == 1 else 'people'}"
    at = clock(event.starts_at)
    return f"{person(event.scheduled_by)} invited {asked} to the postmortem meeting at {at}"


@words.register
def _(event: MeetingMoved) -> str:
    at = clock(event.starts_at)
    return f"{person(event.moved_by)} moved the postmortem meeting to {at}"


@words.register
def _(event: MeetingCalledOff) -> str:
    return f"{person(event.called_off_by)} called the postmortem meeting off{because(event.reason)}"


@words.register
def _(event: MeetingAttended) -> str:
    was = "came to" if event.present else "was not at"
    return f"{event.attendee_id} {was} the postmortem meeting"


@words.register
def _(event: MeetingNoted) -> str:
    return f"{person(event.noted_by)} noted something at item {event.item} of the agenda"


@words.register
def _(event: MeetingEnded) -> str:
    return f"{person(event.ended_by)} ended the postmortem meeting"


@words.register
def _(_event: MeetingRated) -> str:
    return "Somebody said what the postmortem meeting gave them"
