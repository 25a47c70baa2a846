"""Page request sentences; those of the page itself are in `sentences/page.py`."""

from events.incident.pages.events import (
    IncidentPageAnswered,
    IncidentPageCancelled,
    IncidentPageDeclined,
    IncidentPageEscalated,
    IncidentPagePlanRenewed,
    IncidentPageRequested,
    IncidentPageSentNow,
)
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from projections.sentences.words import because, clock, listed, person, words


@words.register
def _(event: IncidentPageRequested) -> str:
    page = (
        f"reminder {event.number}" if event.purpose is Purpose.REMINDER else f"page {event.number}"
    )
    later = f" from {clock(event.not_before)} on" if event.not_before else ""
    whom = _named(event.target)
    return f"{person(event.requested_by)} requested {page} to {whom}{later}{because(event.ask)}"


@words.register
def _(event: IncidentPageSentNow) -> str:
    return f"Page {event.number} goes out now: {event.reason}"


@words.register
def _(event: IncidentPageEscalated) -> str:
    return f"{person(event.escalated_by)} escalated page {event.number} from level {event.level}"


@words.register
def _(event: IncidentPagePlanRenewed) -> str:
    return f"{person(event.renewed_by)} had page {event.number} planned anew"


@words.register
def _(event: IncidentPageAnswered) -> str:
    return f"{person(event.answered_by)} answered reminder {event.number}"


@words.register
def _(event: IncidentPageDeclined) -> str:
    why = because(event.reason)
    return f"{person(event.declined_by)} declined to come, asked by reminder {event.number}{why}"


@words.register
def _(event: IncidentPageCancelled) -> str:
    return f"{person(event.cancelled_by)} cancelled page {event.number}: {event.reason}"


def _named(target: PageTarget) -> str:
    policy = target.escalation_policy_id
    named = [f"escalation policy {policy}"] if policy else []
    return listed([*named, *target.responder_ids]) or "nobody"
