"""Reminders of an incident's watch: whom they ask, and that they stop when the thing is done."""

from datetime import datetime

from events.ids import ResponderId
from events.incident.events import IncidentEvent
from events.incident.pages.rules import call_off, request_page
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


def reminder(  # noqa: PLR0913  what a reminder is, by name
    incident: Incident,
    *,
    about: str,
    ask: str,
    people: tuple[ResponderId, ...],
    by: str,
    at: datetime,
    whole_policy: bool = False,
) -> list[IncidentEvent]:
    """Return the page that asks these people, or everybody on call; nothing if there is nobody."""
    policy_id = incident.escalation_policy_id if whole_policy or not people else None
    if policy_id is None and not people:
        return []
    target = (
        PageTarget(responder_ids=people)
        if policy_id is None
        else PageTarget(escalation_policy_id=policy_id)
    )
    times = sum(page.about.startswith(f"{about}:") for page in incident.pages)
    return [
        request_page(
            incident,
            purpose=Purpose.REMINDER,
            about=f"{about}:{times + 1}",
            ask=ask,
            target=target,
            requested_by=by,
            at=at,
        )
    ]


def enough_of(
    incident: Incident, about: str, reason: str, by: str, at: datetime
) -> list[IncidentEvent]:
    """Return the end of the reminders about something that is done."""
    return [
        event
        for page in incident.pages
        if page.wanted and page.about.startswith(f"{about}:")
        for event in call_off(incident, page.number, reason, by, at)
    ]


WRITERS = (Role.COMMUNICATIONS, Role.COMMANDER)
