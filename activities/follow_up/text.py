"""Reminder text: what one person reads of an action item that is still to be done."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from activities.delivery.message import Action, Message, Section, Urgency
from activities.follow_up.envelope import Envelope, counted
from events.follow_up.reminders import ReminderTo
from events.ids import ActionItemId

DAYS_OF_A_WEEK: Final = 7
WHY: Final = {
    ReminderTo.OWNER: "You get this because you see to it, or manage the team that does.",
    ReminderTo.OTHERS: "You get this because you were the incident commander, or manage the team.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemText:
    """An action item as a reminder tells of it; its free text is harmless."""

    action_item_id: ActionItemId
    reference: str  # of the item: INC-1042-A3
    text: str  # one line
    priority: str
    owner: str
    due_on: date
    zone: str | None = None  # by which that day is over; None: by that of whoever reads it

    def message(self, envelope: Envelope) -> Message:
        """Return the reminder as a message; docs/webhooks.md explains its facts."""
        days_late = (envelope.today_in(self.zone) - self.due_on).days
        title = f"{self.reference} {self._when(days_late)}: {self.text}"
        happened = "escalated" if envelope.to is ReminderTo.OTHERS else "reminded"
        return Message(
            delivery_id=envelope.delivery_id,
            event=f"action_item.{happened}",
            at=envelope.at,
            urgency=Urgency.LOW,
            headline=f"{title}{envelope.mark}",
            reference=self.reference,
            badge=self.priority,
            title=title,
            sections=(
                Section(title="Action item", text=self.text),
                Section(title="Due", text=f"{self.due_on:%a %d %b %Y}, with {self.owner}"),
                Section(text=self._ask),
            ),
            links=(Action(name="Action items", url=envelope.page("actions")),),
            footer=WHY[envelope.to],
            thread=f"{envelope.matter.incident_id}.actions",
            facts={
                "action_item": self._facts,
                "incident": envelope.incident,
                "days_late": days_late,
            },
            possible_repeat=envelope.possible_repeat,
            ledger=envelope.ledger,
            private=envelope.matter.privacy.private,
        )

    def _when(self, days_late: int) -> str:
        if days_late < 0:
            return f"is due on {self.due_on:%a %d %b}"
        if days_late == 0:
            return "is due today"
        weeks = days_late // DAYS_OF_A_WEEK
        return f"is late by {counted(weeks, 'week') if weeks else counted(days_late, 'day')}"

    @property
    def _ask(self) -> str:
        return "\n".join(
            (
                f"Done? tocsin action-item done {self.reference}",
                f'Not to be done? tocsin action-item drop {self.reference} --reason "…"',
                f'Later? tocsin action-item move {self.reference} DATE --reason "…"',
            )
        )

    @property
    def _facts(self) -> dict[str, Any]:
        return {
            "id": str(self.action_item_id),
            "reference": self.reference,
            "text": self.text,
            "priority": self.priority,
            "owner": self.owner,
            "due_on": self.due_on.isoformat(),
        }
