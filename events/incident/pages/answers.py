"""Answer to a page: where the incident stands for the person, however old the page is."""

from enum import StrEnum

from events.ids import ResponderId
from events.incident.pages.each import asks_each
from events.incident.pages.state import RequestedPage
from events.incident.state import Incident
from events.page.purpose import Purpose


class Standing(StrEnum):
    """Where an incident stands, for the person who holds a link to answer with."""

    ASKED = "asked"  # nobody has it, or nobody has answered this reminder yet
    YOURS = "yours"
    ACCEPTED = "accepted"  # their answer is stored and not yet carried out
    OTHERS = "others"
    DECLINED = "declined"  # they said no
    STOPPED = "stopped"  # nobody needs to answer any more
    WITHDRAWN = "withdrawn"  # the right to answer was taken from them


def standing_for(
    person: ResponderId, incident: Incident, page: RequestedPage | None
) -> tuple[Standing, str | None]:
    """Return how the incident stands now, and who has answered.

    What the page was about may be over while the incident asks anew: then it is the incident that
    is asked about. `page` is None where the incident knows of no such page, as after a merge.
    """
    each = any(asks_each(one, person) for one in incident.pages)
    declined = page is not None and person in page.declined and page.answered_by is None
    if declined and not each:
        return Standing.DECLINED, None
    if each or (page is not None and page.wanted):  # its message is out, so its time has come
        return Standing.ASKED, None
    reminder = page if page is not None and page.purpose is Purpose.REMINDER else None
    if incident.resolved or incident.ended:
        return Standing.STOPPED, None
    if page is not None and page.may_be_declined:
        return _of_request(person, page)
    answered_by = incident.acknowledged_by
    if answered_by is not None and reminder is not None and reminder.answered_by is not None:
        answered_by = reminder.answered_by
    if answered_by is None:
        return Standing.ASKED, None
    yours = answered_by == f"responder:{person}"
    return Standing.YOURS if yours else Standing.OTHERS, answered_by


def _of_request(person: ResponderId, page: RequestedPage) -> tuple[Standing, str | None]:
    """Return how a request for help stands that is over: it never asked to take the incident."""
    if page.answered_by is None:
        return Standing.STOPPED, None
    yours = page.answered_by == f"responder:{person}"
    return Standing.YOURS if yours else Standing.OTHERS, page.answered_by


def times_asked(incident: Incident) -> int:
    """Return how often it was asked who takes the incident: each asking has its own answer."""
    return sum(page.purpose is Purpose.RESPONSE for page in incident.pages)
