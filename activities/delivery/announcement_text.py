"""What a status update says to a subscriber, before a channel gives it its form."""

from dataclasses import dataclass, replace

from activities.delivery.composing import LONGEST_SUMMARY, one_line, plain_text
from events.ids import DeliveryId, IncidentId
from projections.communication.status_update_text import Briefing, markdown, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One status update to one subscriber; its free text is harmless."""

    delivery_id: DeliveryId  # receivers drop repeats by it
    incident_id: IncidentId
    reference: str
    title: str  # one line
    number: int
    briefing: Briefing
    responder_name: str
    incident_url: str
    possible_repeat: bool  # an earlier attempt may have arrived

    @property
    def headline(self) -> str:
        """Return the one line to read in a list of messages."""
        severity = f"{self.briefing.severity} " if self.briefing.severity else ""
        repeat = " (possible repeat)" if self.possible_repeat else ""
        status = f"update {self.number}, {self.briefing.status}"
        return f"{severity}{self.reference} {status}{repeat}: {self.title}"

    @property
    def impact(self) -> str:
        """Return who notices what."""
        return self.briefing.impact

    @property
    def current_actions(self) -> str:
        """Return what is being done."""
        return self.briefing.current_actions

    @property
    def markdown(self) -> str:
        """Return the update in the practice's shape."""
        return markdown(self.briefing)

    @property
    def text(self) -> str:
        """Return the same without marks."""
        return plain(self.briefing)


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
