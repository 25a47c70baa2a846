"""Status update text for a subscriber, before a provider gives it its form."""

from dataclasses import dataclass, replace
from typing import Any, Final

from activities.delivery.message import (
    LONGEST_SUMMARY,
    Action,
    Message,
    Section,
    Urgency,
    one_line,
    plain_text,
)
from events.ids import DeliveryId, IncidentId, announcement_stream
from projections.communication.status_update_text import Briefing, markdown, plain

UPDATE_PUBLISHED: Final = "status_update.published"  # part of the contract with webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateText:
    """One status update to one subscriber; its free text is harmless."""

    delivery_id: DeliveryId  # receivers drop repeats by it
    incident_id: IncidentId
    reference: str
    title: str  # one line
    number: int
    briefing: Briefing
    responder_name: str
    incident_url: str  # for programs
    incident_page: str  # for people
    possible_repeat: bool  # an earlier attempt may have arrived
    private: bool = False

    @property
    def headline(self) -> str:
        """Return the one line to read in a list of messages."""
        severity = f"{self.briefing.severity} " if self.briefing.severity else ""
        repeat = " (possible repeat)" if self.possible_repeat else ""
        status = f"update {self.number}, {self.briefing.status}"
        correction = "Correction: " if self.briefing.corrects else ""
        return f"{correction}{severity}{self.reference} {status}{repeat}: {self.title}"

    @property
    def message(self) -> Message:
        """Return the update as a message; docs/webhooks.md explains its facts."""
        return Message(
            delivery_id=self.delivery_id,
            event=UPDATE_PUBLISHED,
            at=self.briefing.at,
            urgency=Urgency.NORMAL,  # nobody is to be woken by it
            headline=self.headline,
            reference=self.reference,
            badge=self.briefing.severity or "Severity not known yet",
            title=self.title,
            sections=tuple(map(_section, plain(self.briefing).strip().split("\n\n"))),
            links=(Action(name="Incident", url=self.incident_page),),
            footer=f"You get this because {self.responder_name} subscribed to it.",
            thread=f"{self.incident_id}.updates",
            facts=self._facts,
            possible_repeat=self.possible_repeat,
            ledger=announcement_stream(self.incident_id),
            private=self.private,
        )

    @property
    def _facts(self) -> dict[str, Any]:
        briefing = self.briefing
        earlier = briefing.corrects
        return {
            "number": self.number,
            "severity": briefing.severity,
            "status": briefing.status,
            "duration_seconds": int(briefing.lasted.total_seconds()),
            "impact": briefing.impact,
            "current_actions": briefing.current_actions,
            "next_update_at": briefing.next_update_at and briefing.next_update_at.isoformat(),
            "corrects": earlier
            and {
                "number": earlier.number,
                "published_at": earlier.published_at.isoformat(),
            },
            "markdown": markdown(briefing),
            "incident": {
                "id": str(self.incident_id),
                "reference": self.reference,
                "title": self.title,
                "url": self.incident_url,
            },
        }


def _section(block: str) -> Section:
    """Return a block of the update's text, whose title is a line of its own."""
    title, colon, text = block.partition(":\n")
    return Section(title=title, text=text) if colon and "\n" not in title else Section(text=block)


def harmless(briefing: Briefing) -> Briefing:
    """Return the briefing without control characters and tricks of direction in its free text."""
    return replace(
        briefing,
        impact=plain_text(briefing.impact, LONGEST_SUMMARY),
        current_actions=plain_text(briefing.current_actions, LONGEST_SUMMARY),
    )


def title_line(title: str) -> str:
    """Return the incident's title as one harmless line."""
    return one_line(title) or "(no title)"
