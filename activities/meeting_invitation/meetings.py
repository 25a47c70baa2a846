"""Meeting of an incident's postmortem as the log has it: as it is now, and as it was once."""

from dataclasses import dataclass
from datetime import datetime

from activities.follow_up.matter import Matter, matter_of
from events.handle import known
from events.ids import IncidentId, ResponderId
from events.log.codec import codec_for
from events.log.store import Log
from events.postmortem.decide import AGGREGATE, postmortem_decider
from events.postmortem.meeting.agenda import length_of
from events.postmortem.meeting.events import MeetingCalledOff
from events.postmortem.meeting.state import Meeting
from events.postmortem.state import INITIAL, evolve


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMeeting:
    """A meeting with each change of it, and the incident it is about."""

    matter: Matter
    changes: tuple[Meeting, ...]  # by their sequence
    reason: str = ""  # why it was called off, last

    @property
    def now(self) -> Meeting:
        """Return the meeting as it is."""
        return self.changes[-1]

    def is_expected(self, who: ResponderId) -> bool:
        """Say whether the person is to come: invited, and free to know of the incident."""
        return self.now.stands and who in self.now.invited_ids and self.matter.concerns(who)

    def is_past(self, at: datetime) -> bool:
        """Say whether it is over, so that nobody needs to hear of it any more."""
        return at >= self.now.starts_at + length_of(self.now.agenda)


async def meeting_of(log: Log, incident_id: IncidentId) -> KnownMeeting | None:
    """Return the meeting about an incident's postmortem; None if none was ever scheduled.

    Raises: EventTooNew, LogUnavailable.
    """
    matter = await matter_of(log, incident_id)
    stored = await log.opened(await log.read_stream(AGGREGATE.stream(incident_id)))
    state, changes, reason = INITIAL, list[Meeting](), ""
    for recorded in known(codec_for(postmortem_decider.event_types), stored):
        state = evolve(state, recorded.event)
        if isinstance(recorded.event, MeetingCalledOff):
            reason = recorded.event.reason
        if state.meeting is not None and state.meeting.sequence == len(changes):
            changes.append(state.meeting)
    if state.meeting is None:
        return None
    changes[-1] = state.meeting  # with who came and what was said since
    return KnownMeeting(matter=matter, changes=tuple(changes), reason=reason)
