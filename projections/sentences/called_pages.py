"""What an incident pages for, in sentences; what becomes of a page is told beside it."""

from events.incident.pages.events import (
    IncidentPageAnswered,
    IncidentPageCalled,
    IncidentPageCalledOff,
    IncidentPageReleased,
)
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from projections.sentences.words import because, clock, listed, person, words


@words.register
def _(event: IncidentPageCalled) -> str:
    page = f"nudge {event.number}" if event.purpose is Purpose.NUDGE else f"page {event.number}"
    later = f" from {clock(event.not_before)} on" if event.not_before else ""
    whom = _named(event.target)
    return f"{person(event.called_by)} called {page} to {whom}{later}{because(event.ask)}"


@words.register
def _(event: IncidentPageReleased) -> str:
    return f"Page {event.number} waits no longer: {event.reason}"


@words.register
def _(event: IncidentPageAnswered) -> str:
    return f"{person(event.answered_by)} answered nudge {event.number}"


@words.register
def _(event: IncidentPageCalledOff) -> str:
    return f"{person(event.called_off_by)} called off page {event.number}: {event.reason}"


def _named(target: PageTarget) -> str:
    policy = target.escalation_policy_id
    named = [f"escalation policy {policy}"] if policy else []
    return listed([*named, *target.responder_ids]) or "nobody"
