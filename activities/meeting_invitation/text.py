"""Invitation text: what one person reads of a postmortem meeting, beside the calendar's part."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from activities.calendars.entry import CalendarEntry, CalendarPart
from activities.delivery.message import Action, Message, Section, Urgency, one_line, plain_text
from activities.meeting_invitation.entry import MeetingEntry
from events.ids import DeliveryId, meeting_invitation_stream
from events.meeting_invitation.method import Method
from events.postmortem.meeting.agenda import length_of, timed

LONGEST_REASON: Final = 500  # characters
EVENTS: Final = {
    Method.REQUEST: "meeting_invitation.requested",
    Method.CANCEL: "meeting_invitation.cancelled",
}
UTC_NAME: Final = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationText:
    """One invitation, or its end, to one person."""

    delivery_id: DeliveryId
    shown: MeetingEntry  # the meeting as it was at the change that is told
    method: Method
    knew_before: bool  # it is in their calendar, probably
    may_know: bool  # of the incident; whoever may not hears only that the meeting is off for them
    reason: str  # why it was called off
    zone: str  # of the reader
    site: str
    possible_repeat: bool = False

    @property
    def message(self) -> Message:
        """Return the invitation as a message; docs/webhooks.md explains its facts."""
        shown, title = self.shown, f"{self._what}: {self._begin}"
        return Message(
            delivery_id=self.delivery_id,
            event=EVENTS[self.method],
            at=shown.meeting.changed_at,
            urgency=Urgency.LOW,
            headline=one_line(
                f"{title}{' (possible repeat)' if self.possible_repeat else ''}"
                f" - postmortem of {shown.reference}"
            ),
            reference=shown.reference,
            badge="Meeting",
            title=title if self._discreet else one_line(f"{title} - {shown.title}"),
            sections=self._sections,
            links=(Action(name="Postmortem", url=shown.url),) if self.may_know else (),
            footer=self._why,
            thread=f"{shown.incident_id}.meeting",
            facts=self._facts,
            possible_repeat=self.possible_repeat,
            ledger=meeting_invitation_stream(shown.incident_id),
            private=shown.private,
            calendar=CalendarPart(entry=self._entry, method=self.method.upper()),
        )

    @property
    def _discreet(self) -> bool:
        return not self.may_know

    @property
    def _called_off(self) -> bool:
        return self.method is Method.CANCEL and self.shown.meeting.called_off

    @property
    def _what(self) -> str:
        if self._called_off:
            return "Meeting called off"
        if self.method is Method.CANCEL:
            return "You need not come to the meeting"
        return "Meeting changed" if self.knew_before else "Invitation"

    @property
    def _begin(self) -> str:
        return f"{self.shown.meeting.starts_at.astimezone(ZoneInfo(self.zone)):%a %d %b %H:%M %Z}"

    @property
    def _sections(self) -> tuple[Section, ...]:
        if self.method is Method.CANCEL:
            reason = plain_text(self.reason, LONGEST_REASON) if self._called_off else ""
            why = (Section(title="Why", text=reason),) if reason and self.may_know else ()
            return (Section(title="It was to be", text=self._when), *why)
        meeting = self.shown.meeting
        where = (Section(title="Where", text=one_line(meeting.place)),) if meeting.place else ()
        leads = meeting.facilitator_id
        led = (Section(title="Led by", text=one_line(leads)),) if leads else ()
        return (
            Section(title="When", text=self._when),
            *where,
            *led,
            Section(title="Agenda", text=self._agenda),
            Section(text="Read the postmortem before you come, and say there what is missing."),
        )

    @property
    def _when(self) -> str:
        meeting = self.shown.meeting
        ends_at = meeting.starts_at + length_of(meeting.agenda)
        return _span(meeting.starts_at, ends_at, self.zone)

    @property
    def _agenda(self) -> str:
        meeting, zone = self.shown.meeting, ZoneInfo(self.zone)
        return "\n".join(
            f"{one.starts_at.astimezone(zone):%H:%M}  {one_line(one.item.topic)}"
            + (f": {one_line(one.item.focus)}" if one.item.focus else "")
            for one in timed(meeting.agenda, meeting.starts_at)
        )

    @property
    def _why(self) -> str:
        about = f"the postmortem meeting of {self.shown.reference}"
        if self.method is Method.CANCEL:
            return f"You get this because you were invited to {about}."
        return f"You get this because you are invited to {about}."

    @property
    def _entry(self) -> CalendarEntry:
        entry = self.shown.entry
        if self._discreet:
            return replace(entry, summary="Postmortem meeting", description="", url="", place="")
        return entry

    @property
    def _facts(self) -> dict[str, Any]:
        shown = self.shown
        return {
            "meeting": {
                "starts_at": shown.meeting.starts_at.isoformat(),
                "sequence": shown.meeting.sequence,
                "uid": shown.uid,
            },
            "incident": {
                "id": str(shown.incident_id),
                "reference": shown.reference,
                "url": f"{self.site}/v1/incidents/{shown.incident_id}",
            },
        }


def _span(begin: datetime, end: datetime, zone_name: str) -> str:
    """Return when it is, by the reader's clock, and in UTC beside it where that is another."""
    zone = ZoneInfo(zone_name)
    here = f"{begin.astimezone(zone):%A %d %B %Y, %H:%M} to {end.astimezone(zone):%H:%M %Z}"
    if zone_name == UTC_NAME:
        return here
    return f"{here}\n({begin:%H:%M} to {end:%H:%M} UTC)"
