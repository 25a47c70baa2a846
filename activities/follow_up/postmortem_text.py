"""Postmortem text: what one person reads of a postmortem that is still to be written, or read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from activities.delivery.message import Action, Message, Section, Urgency, one_line
from activities.follow_up.envelope import Envelope, counted
from events.follow_up.reminders import ReminderTo
from events.postmortem.state import PostmortemState

STATES: Final = {PostmortemState.DRAFT: "a draft", PostmortemState.IN_REVIEW: "in review"}
WHY: Final = {
    ReminderTo.OWNER: "You get this because you see to it, or manage the team that does.",
    ReminderTo.OTHERS: "You get this because you were the incident commander, or manage the team.",
    ReminderTo.INVITED: "You get this because you are invited.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemText:
    """A postmortem as a reminder of its due date tells of it."""

    due_at: datetime
    author: str | None
    state: PostmortemState

    def message(self, envelope: Envelope) -> Message:
        """Return the reminder as a message; docs/webhooks.md explains its facts."""
        title = f"Postmortem of {envelope.matter.reference} {self._when(envelope)}"
        happened = "escalated" if envelope.to is ReminderTo.OTHERS else "reminded"
        far = STATES.get(self.state, str(self.state))
        due = f"{envelope.exactly(self.due_at)}, with {self.author or 'nobody yet'}; it is {far}"
        facts = {
            "state": str(self.state),
            "author": self.author,
            "due_at": self.due_at.isoformat(),
        }
        return _message(
            envelope,
            f"postmortem.{happened}",
            title,
            (Section(title="Due", text=due), Section(text=self._ask(envelope.matter.reference))),
            {
                "postmortem": facts,
                "incident": envelope.incident,
                "days_late": (envelope.today - envelope.day(self.due_at)).days,
            },
        )

    def _when(self, envelope: Envelope) -> str:
        days_late = (envelope.today - envelope.day(self.due_at)).days
        if days_late > 0:
            return f"is late by {counted(days_late, 'day')}"
        if envelope.at >= self.due_at:
            return "is due now"
        return "is due today" if days_late == 0 else f"is due on {envelope.clock(self.due_at)}"

    @staticmethod
    def _ask(incident: str) -> str:
        return "\n".join(
            (
                f"What is missing? tocsin postmortem status {incident}",
                f"Somebody else writes it? tocsin postmortem author {incident} RESPONDER",
                f'None is needed? tocsin postmortem waive {incident} --reason "…"',
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingText:
    """A meeting about a postmortem, as those who are to read before it are told of it."""

    starts_at: datetime
    minutes: int
    place: str | None

    def message(self, envelope: Envelope) -> Message:
        """Return the reminder as a message; docs/webhooks.md explains its facts."""
        begins = envelope.clock(self.starts_at)
        title = f"Read the postmortem of {envelope.matter.reference} before {begins}"
        where = f", {one_line(self.place)}" if self.place else ""
        facts = {
            "starts_at": self.starts_at.isoformat(),
            "minutes": self.minutes,
            "place": self.place,
        }
        return _message(
            envelope,
            "meeting.reminded",
            title,
            (
                Section(
                    title="Meeting",
                    text=f"{envelope.exactly(self.starts_at)}, {self.minutes} minutes{where}",
                ),
                Section(text="The meeting is there to talk about it, not to read it."),
            ),
            {"meeting": facts, "incident": envelope.incident},
        )


def _message(
    envelope: Envelope,
    event: str,
    title: str,
    sections: tuple[Section, ...],
    facts: dict[str, object],
) -> Message:
    matter = envelope.matter
    subject = one_line(matter.title)
    return Message(
        delivery_id=envelope.delivery_id,
        event=event,
        at=envelope.at,
        urgency=Urgency.LOW,
        headline=f"{title}: {subject}{envelope.mark}",
        reference=matter.reference,
        badge="Postmortem",
        title=f"{title}: {subject}",
        sections=(Section(title="Incident", text=subject), *sections),
        links=(Action(name="Postmortem", url=envelope.page("postmortem")),),
        footer=WHY[envelope.to],
        thread=f"{matter.incident_id}.postmortem",
        facts=facts,
        possible_repeat=envelope.possible_repeat,
        ledger=envelope.ledger,
        private=matter.privacy.private,
    )
