"""Reminder pages: the people they go to, and their end when the thing is done."""

from events.ids import ResponderId
from events.incident.events import IncidentEvent
from events.incident.grammar import Given
from events.incident.pages.rules import once_more, page_cancelled, page_requested
from events.incident.roles.events import Role
from events.incident.state import Incident
from events.page.plan import PageTarget
from events.page.purpose import Purpose


def holders(incident: Incident, *roles: str) -> tuple[ResponderId, ...]:
    """Return who holds the first of these roles that anybody holds; else everybody who is there."""
    for role in roles:
        holder = incident.roles.get(role)
        if holder is not None:
            return (holder,)
    return tuple(sorted(incident.responders))


def reminder(
    *,
    about: str,
    ask: str,
    people: tuple[ResponderId, ...],
    incident: Incident,
    command: Given,
    on_call: bool = False,
) -> list[IncidentEvent]:
    """Return the page that asks these people, or everybody on call; nothing if there is nobody."""
    policy_id = incident.escalation_policy_id if on_call or not people else None
    if policy_id is None and not people:
        return []
    target = (
        PageTarget(responder_ids=people)
        if policy_id is None
        else PageTarget(escalation_policy_id=policy_id)
    )
    reminds, about = Purpose.REMINDER, once_more(about, incident)
    return [page_requested(incident, command, purpose=reminds, about=about, ask=ask, target=target)]


def reminders_cancelled(
    about: str, reason: str, incident: Incident, command: Given
) -> list[IncidentEvent]:
    """Return the end of the reminders about something that is done."""
    return [
        event
        for page in incident.pages
        if page.wanted and page.about.startswith(f"{about}:")
        for event in page_cancelled(page.number, reason, incident, command)
    ]


WRITERS = (Role.COMMUNICATIONS, Role.COMMANDER)
