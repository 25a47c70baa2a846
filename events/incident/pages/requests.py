"""Responder request rules: people are asked to help, and each answers for themselves."""

from events.errors import Conflict, Forbidden, NobodyToPage, PageOver
from events.ids import ResponderId
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.pages.commands import AcceptPage, DeclinePage, RequestPage
from events.incident.pages.events import IncidentPageDeclined
from events.incident.pages.rules import known_page, once_more, page_answered, page_requested
from events.incident.pages.state import REQUESTED, RequestedPage
from events.incident.require import explained, still_in, unresolved
from events.incident.roles.rules import joined
from events.incident.state import Incident
from events.page.plan import PageTarget
from events.page.purpose import Purpose

DECLINED = "declined"
_PERSON = "responder:"


class PageNotARequest(Conflict):
    """The page asks nobody to help: it is acknowledged, or answered by its link."""


class PageForOthers(Forbidden):
    """The page asks others: each answers for themselves."""


def request_page(command: RequestPage, incident: Incident) -> list[IncidentEvent]:
    """Ask further people to help, with words of one's own: a page for each, and one for a policy.

    Raises: NobodyToPage, RemovedFromIncident, ReasonRequired.
    """
    unresolved(incident)
    target = command.target
    policy_id = target.escalation_policy_id
    if policy_id is None and not target.responder_ids:
        raise NobodyToPage("Name responders or an escalation policy to page.")
    for person in target.responder_ids:
        still_in(person, incident)
    ask = explained(command.ask, "Say what the page asks for.")
    targets = [PageTarget(responder_ids=(person,)) for person in target.responder_ids]
    if policy_id is not None:
        targets.append(PageTarget(escalation_policy_id=policy_id))
    about = once_more(REQUESTED, incident)
    return [
        page_requested(
            incident,
            command,
            purpose=Purpose.REMINDER,
            about=about,
            ask=ask,
            target=one,
            requested_just_now=number,
        )
        for number, one in enumerate(targets)
    ]


def accept_page(command: AcceptPage, incident: Incident) -> list[IncidentEvent]:
    """Come: whoever accepts is part of the response; the incident stays with whoever has it.

    Raises: PageNotFound, PageNotARequest, PageForOthers, PageOver, IncidentResolvedAlready.
    """
    unresolved(incident)
    page, person = _asked(command, incident)
    if page.answered_by == command.actor.name:
        return []
    _still_wanted(page, incident)
    answered = page_answered(page.number, incident, command)
    return [answered, *joined(incident, person, command)]


def decline_page(command: DeclinePage, incident: Incident) -> list[IncidentEvent]:
    """Say no: nobody pages them for it any more, and whoever asked is told.

    Raises: PageNotFound, PageNotARequest, PageForOthers, PageOver, IncidentResolvedAlready.
    """
    incident_id = unresolved(incident)
    page, person = _asked(command, incident)
    if person in page.declined:
        return []
    _still_wanted(page, incident)
    declined = IncidentPageDeclined(
        incident_id=incident_id,
        number=page.number,
        responder_id=person,
        reason=command.reason,
        declined_by=command.actor.name,
        declined_at=command.at,
    )
    return [declined, *_told(page, person, command, incident)]


def _told(
    page: RequestedPage, person: ResponderId, command: DeclinePage, incident: Incident
) -> list[IncidentEvent]:
    """Return the page that tells whoever asked, if it was a person who may know of it."""
    asker = ResponderId(page.requested_by.removeprefix(_PERSON))
    is_person = page.requested_by.startswith(_PERSON)
    if not is_person or asker == person or incident.privacy.shuts_out(asker):
        return []
    why = f" ({command.reason})" if command.reason else ""
    return [
        page_requested(
            incident,
            command,
            purpose=Purpose.REMINDER,
            about=once_more(DECLINED, incident),
            ask=f"{person} does not come{why}; asked for: {page.ask}",
            target=PageTarget(responder_ids=(asker,)),
        )
    ]


def _asked(
    command: AcceptPage | DeclinePage, incident: Incident
) -> tuple[RequestedPage, ResponderId]:
    """Return the request, and the person of those it asks who answers."""
    page, person = known_page(incident, command.number), command.actor.responder_id
    if not page.may_be_declined:
        raise PageNotARequest(
            f"Page {page.number} of {incident.reference} asks nobody to help:"
            " acknowledge the incident instead.",
            allowed=["acknowledge"],
        )
    named = page.target.responder_ids
    if person is None or (page.target.escalation_policy_id is None and person not in named):
        asked = f"{', '.join(named)}, who answers" if named else "people, who answer"
        raise PageForOthers(
            f"Page {page.number} of {incident.reference} asks {asked} for themselves.",
            asked=list(named),
            allowed=[],
        )
    return page, person


def _still_wanted(page: RequestedPage, incident: Incident) -> None:
    if page.wanted:
        return
    by = (page.answered_by or "").removeprefix(_PERSON)
    how = f"accepted by {by}" if by else page.over
    raise PageOver(
        f"Page {page.number} of {incident.reference} is over: {how}.", allowed=["add_responder"]
    )


RULES: Rules = {
    RequestPage: request_page,
    AcceptPage: accept_page,
    DeclinePage: decline_page,
}
