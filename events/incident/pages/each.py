"""Acknowledgement by all: whoever of a level has not answered yet is asked on, by name."""

from typing import Final

from events.ids import ResponderId
from events.incident.commands import AcknowledgeIncident
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.pages.commands import AskEach
from events.incident.pages.rules import page_answered, page_requested
from events.incident.pages.state import RequestedPage
from events.incident.require import live
from events.incident.state import Incident
from events.page.plan import PageTarget
from events.page.purpose import Purpose

EACH: Final = "each"
ASK: Final = "Acknowledge too: everybody on your level is to answer"


def ask_each(command: AskEach, incident: Incident) -> list[IncidentEvent]:
    """Page each of them with a reminder that only they can answer; once for each page."""
    live(incident)
    if incident.resolved:
        return []
    known = {page.about for page in incident.pages}
    asked = [
        (person, about)
        for person in command.responder_ids
        if (about := f"{EACH}:{command.number}:{person}") not in known
        and not incident.privacy.shuts_out(person)
    ]
    return [
        page_requested(
            incident,
            command,
            purpose=Purpose.REMINDER,
            about=about,
            ask=ASK,
            target=PageTarget(responder_ids=(person,)),
            requested_just_now=before,
        )
        for before, (person, about) in enumerate(asked)
    ]


def own_answers(command: AcknowledgeIncident, incident: Incident) -> list[IncidentEvent]:
    """Return the ends of the reminders that only the actor can answer; by whatever link."""
    person = command.actor.responder_id
    return [
        page_answered(page.number, incident, command)
        for page in incident.pages
        if person is not None and asks_each(page, person)
    ]


def asks_each(page: RequestedPage, person: ResponderId) -> bool:
    """Return whether the page waits for this person's own answer."""
    is_one = page.wanted and page.about.startswith(f"{EACH}:")
    return is_one and person in page.target.responder_ids


RULES: Rules = {AskEach: ask_each}
