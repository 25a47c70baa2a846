"""Page rules: who requests one, when it goes out, what ends it."""

from datetime import datetime

from events.errors import PageNotFound
from events.ids import PageId, page_id_for
from events.incident.commands import AcknowledgeIncident
from events.incident.events import IncidentEvent
from events.incident.grammar import Given, Rules
from events.incident.pages.commands import CancelPage, SendPageNow
from events.incident.pages.events import (
    IncidentPageAnswered,
    IncidentPageCancelled,
    IncidentPageRequested,
    IncidentPageSentNow,
)
from events.incident.pages.state import ACKNOWLEDGED, FIRST, RequestedPage
from events.incident.require import explained, live
from events.incident.state import Incident
from events.page.plan import PageTarget
from events.page.purpose import Purpose


def wanted_pages(incident: Incident) -> tuple[RequestedPage, ...]:
    """Return every page there ever was, each with whether it is wanted still, and why not.

    What an older version folded knows of no pages: then the first one follows from the rest.
    """
    known = incident.policy is not None or any(page.number == FIRST for page in incident.pages)
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


def page_requested(  # noqa: PLR0913  what a page is, by name
    incident: Incident,
    command: Given,
    *,
    purpose: Purpose,
    about: str,
    ask: str,
    target: PageTarget,
    not_before: datetime | None = None,
    requested_just_now: int = 0,
) -> IncidentPageRequested:
    """Return the request for a further page.

    `requested_just_now` counts the pages that the same decision has requested before this one.
    """
    last = max((page.number for page in incident.pages), default=FIRST)
    return IncidentPageRequested(
        incident_id=live(incident),
        number=last + 1 + requested_just_now,
        purpose=purpose,
        about=about,
        ask=ask,
        target=target,
        not_before=not_before,
        requested_by=command.actor.name,
        requested_at=command.at,
    )


def page_cancelled(
    number: int, reason: str, incident: Incident, command: Given
) -> list[IncidentEvent]:
    """Return the end of a page; nothing if it is not wanted any more."""
    if not any(page.wanted and page.number == number for page in wanted_pages(incident)):
        return []
    return [
        IncidentPageCancelled(
            incident_id=live(incident),
            number=number,
            reason=reason,
            cancelled_by=command.actor.name,
            cancelled_at=command.at,
        )
    ]


def reminder_answered(
    command: AcknowledgeIncident, incident: Incident
) -> list[IncidentEvent] | None:
    """Return what follows from an answered reminder; None if none is answered that is wanted."""
    if command.page_id is None:
        return None
    page = page_with(incident, command.page_id)
    if page is None or page.purpose is not Purpose.REMINDER:
        return None
    if page.wanted:
        return [page_answered(page.number, incident, command)]
    return [] if page.may_be_declined else None  # it asked for help, never to take the incident


def own_requests_answered(command: AcknowledgeIncident, incident: Incident) -> list[IncidentEvent]:
    """Return the end of the pages that ask the actor by name to help: they have come."""
    person = command.actor.responder_id
    return [
        page_answered(page.number, incident, command)
        for page in incident.pages
        if page.wanted and page.may_be_declined and person in page.target.responder_ids
    ]


def page_answered(number: int, incident: Incident, command: Given) -> IncidentPageAnswered:
    """Return the answer to a reminder."""
    incident_id = live(incident)
    return IncidentPageAnswered(
        incident_id=incident_id,
        number=number,
        page_id=page_id_for(incident_id, number),
        answered_by=command.actor.name,
        answered_at=command.at,
    )


def cancel_page(command: CancelPage, incident: Incident) -> list[IncidentEvent]:
    """Stop a page.

    Raises: PageNotFound, ReasonRequired.
    """
    known_page(incident, command.number)
    reason = explained(command.reason, "Say why the page is cancelled.")
    return page_cancelled(command.number, reason, incident, command)


def send_page_now(command: SendPageNow, incident: Incident) -> list[IncidentEvent]:
    """Let a waiting page go out; nothing if it waits no longer.

    Raises: PageNotFound.
    """
    page = known_page(incident, command.number)
    if not page.wanted or page.not_before is None:
        return []
    return [
        IncidentPageSentNow(
            incident_id=live(incident),
            number=command.number,
            reason="its time has come",
            sent_now_by=command.actor.name,
            sent_now_at=command.at,
        )
    ]


def once_more(about: str, incident: Incident) -> str:
    """Return what one more page is about, numbered: alert:1, then alert:2."""
    times = sum(page.about.startswith(f"{about}:") for page in incident.pages)
    return f"{about}:{times + 1}"


def _first_over(incident: Incident) -> str | None:
    if incident.acknowledged_by is not None:
        return ACKNOWLEDGED
    if incident.declined:
        return "declined"
    paged_again = any(page.purpose is Purpose.RESPONSE for page in incident.pages)
    return "resolved" if incident.ended or incident.resolved or paged_again else None


def known_page(incident: Incident, number: int) -> RequestedPage:
    """Return the page with this number of an incident that goes on.

    Raises: PageNotFound.
    """
    live(incident)
    if (page := page_numbered(incident, number)) is not None:
        return page
    raise PageNotFound(f"{incident.reference} has no page {number}.")


RULES: Rules = {
    CancelPage: cancel_page,
    SendPageNow: send_page_now,
}
