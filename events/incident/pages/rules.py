"""The rules of an incident's pages: who calls one, when it goes out, what ends it."""

from datetime import datetime
from typing import assert_never

from events.errors import NobodyToPage, PageNotFound
from events.ids import PageId, page_id_for
from events.incident.commands import AcknowledgeIncident
from events.incident.events import IncidentEvent
from events.incident.pages.commands import CancelPage, PageCommand, RequestPage, SendPageNow
from events.incident.pages.events import (
    IncidentPageAnswered,
    IncidentPageCancelled,
    IncidentPageRequested,
    IncidentPageSentNow,
)
from events.incident.pages.state import ACKNOWLEDGED, FIRST, RequestedPage
from events.incident.require import explained, live, still_in, unresolved
from events.incident.state import Incident
from events.page.plan import PageTarget
from events.page.purpose import Purpose


def wanted_pages(incident: Incident) -> tuple[RequestedPage, ...]:
    """Return every page there ever was, each with whether it is wanted still, and why not.

    What an older version folded knows of no pages: then the first one follows from the rest.
    """
    known = incident.policy is not None or any(one.number == FIRST for one in incident.pages)
    if known or incident.escalation_policy_id is None:
        return incident.pages
    first = RequestedPage(
        number=FIRST,
        target=PageTarget(escalation_policy_id=incident.escalation_policy_id),
        answered_by=incident.acknowledged_by,
        over=_first_over(incident),
    )
    return (first, *incident.pages)


def page_with(incident: Incident, page_id: PageId) -> RequestedPage | None:
    """Return the page of this incident that has this id."""
    if incident.incident_id is None:
        return None
    for page in wanted_pages(incident):
        if page_id_for(incident.incident_id, page.number) == page_id:
            return page
    return None


def page_numbered(incident: Incident, number: int) -> RequestedPage | None:
    """Return the page of this incident that has this number."""
    return next((page for page in wanted_pages(incident) if page.number == number), None)


def page_about(incident: Incident, about: str) -> RequestedPage | None:
    """Return the newest page that was called for this."""
    found = (one for one in reversed(incident.pages) if one.about == about)
    return next(found, None)


def request_page(  # noqa: PLR0913  what a page is, by name
    incident: Incident,
    *,
    purpose: Purpose,
    about: str,
    ask: str,
    target: PageTarget,
    requested_by: str,
    at: datetime,
    not_before: datetime | None = None,
    called_just_now: int = 0,
) -> IncidentPageRequested:
    """Return the call for a further page.

    `called_just_now` counts the calls that the same decision has made before this one.
    """
    last = max((page.number for page in incident.pages), default=FIRST)
    return IncidentPageRequested(
        incident_id=live(incident),
        number=last + 1 + called_just_now,
        purpose=purpose,
        about=about,
        ask=ask,
        target=target,
        not_before=not_before,
        requested_by=requested_by,
        requested_at=at,
    )


def call_off(
    incident: Incident, number: int, reason: str, cancelled_by: str, at: datetime
) -> list[IncidentEvent]:
    """Return the end of a page; nothing if it is not wanted any more."""
    if not any(page.wanted and page.number == number for page in wanted_pages(incident)):
        return []
    return [
        IncidentPageCancelled(
            incident_id=live(incident),
            number=number,
            reason=reason,
            cancelled_by=cancelled_by,
            cancelled_at=at,
        )
    ]


def reminder_answered(
    command: AcknowledgeIncident, incident: Incident
) -> list[IncidentEvent] | None:
    """Return what follows from an answered reminder; None if none is answered that is wanted."""
    if command.page_id is None:
        return None
    page = page_with(incident, command.page_id)
    if page is None or page.purpose is not Purpose.REMINDER or not page.wanted:
        return None
    return [
        IncidentPageAnswered(
            incident_id=live(incident),
            number=page.number,
            page_id=command.page_id,
            answered_by=command.actor.name,
            answered_at=command.at,
        )
    ]


def decide_page(command: PageCommand, incident: Incident) -> list[IncidentEvent]:
    """Return the facts a command about a page leads to."""
    match command:
        case RequestPage():
            return _call(command, incident)
        case CancelPage():
            _known(incident, command.number)
            reason = explained(command.reason, "Say why the page is called off.")
            return call_off(incident, command.number, reason, command.actor.name, command.at)
        case SendPageNow():
            return release(
                incident, command.number, "its time has come", command.actor.name, command.at
            )
        case _:
            assert_never(command)


def release(
    incident: Incident, number: int, reason: str, sent_by: str, at: datetime
) -> list[IncidentEvent]:
    """Let a waiting page go out; nothing if it waits no longer."""
    page = _known(incident, number)
    if not page.wanted or page.not_before is None:
        return []
    return [
        IncidentPageSentNow(
            incident_id=live(incident),
            number=number,
            reason=reason,
            sent_now_by=sent_by,
            sent_now_at=at,
        )
    ]


def _call(command: RequestPage, incident: Incident) -> list[IncidentEvent]:
    unresolved(incident)
    if command.target.escalation_policy_id is None and not command.target.responder_ids:
        raise NobodyToPage("Name responders or an escalation policy to page.")
    for person in command.target.responder_ids:
        still_in(person, incident)
    times = sum(page.about.startswith("called:") for page in incident.pages)
    return [
        request_page(
            incident,
            purpose=Purpose.REMINDER,
            about=f"called:{times + 1}",
            ask=explained(command.ask, "Say what the page asks for."),
            target=command.target,
            requested_by=command.actor.name,
            at=command.at,
        )
    ]


def _first_over(incident: Incident) -> str | None:
    if incident.acknowledged_by is not None:
        return ACKNOWLEDGED
    if incident.declined:
        return "declined"
    called_again = any(page.purpose is Purpose.RESPONSE for page in incident.pages)
    return "resolved" if incident.ended or incident.resolved or called_again else None


def _known(incident: Incident, number: int) -> RequestedPage:
    live(incident)
    if (page := page_numbered(incident, number)) is not None:
        return page
    raise PageNotFound(f"{incident.reference} has called no page {number}.")
