"""Entry of a postmortem meeting: one in a calendar that is moved and cancelled, never doubled."""

from dataclasses import dataclass
from uuid import uuid5

from activities.calendars.entry import CalendarEntry
from events.ids import TOCSIN, IncidentId
from events.postmortem.meeting.agenda import length_of, timed
from events.postmortem.meeting.state import Meeting
from events.values.plain_text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingEntry:
    """What a calendar shows of a meeting."""

    incident_id: IncidentId
    reference: str  # INC-1042
    title: str  # of the incident
    url: str  # of the postmortem's page
    meeting: Meeting
    private: bool = False  # calendars are shared: what it is about is not said there

    @property
    def uid(self) -> str:
        """Return what calendars know it by, whatever becomes of it."""
        return f"{uuid5(TOCSIN, f'postmortem_meeting:{self.incident_id}')}@tocsin"

    @property
    def summary(self) -> str:
        """Return its line in a calendar."""
        about = f"Postmortem of {self.reference}"
        return about if self.private else f"{about}: {one_line(self.title)}"

    @property
    def description(self) -> str:
        """Return the agenda with its clock times, and where to read first."""
        items = [
            f"{one.starts_at:%H:%M}-{one.ends_at:%H:%M} UTC  {one.item.topic}"
            + (f": {one.item.focus}" if one.item.focus else "")
            for one in timed(self.meeting.agenda, self.meeting.starts_at)
        ]
        return "\n".join(["Read it before you come: " + self.url, "", *items])

    @property
    def entry(self) -> CalendarEntry:
        """Return the whole entry."""
        meeting = self.meeting
        return CalendarEntry(
            uid=self.uid,
            sequence=meeting.sequence,
            changed_at=meeting.changed_at,
            starts_at=meeting.starts_at,
            ends_at=meeting.starts_at + length_of(meeting.agenda),
            summary=self.summary,
            description=self.description,
            url=self.url,
            place=one_line(meeting.place) if meeting.place else "",
            called_off=meeting.called_off,
            private=self.private,
        )
