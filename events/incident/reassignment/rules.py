"""Reassignment rule: those named are paged, and nobody else is any more."""

from functools import reduce
from typing import Final

from events.errors import NobodyToPage, Unprocessable
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.pages.rules import once_more, page_cancelled, page_requested, wanted_pages
from events.incident.reassignment.commands import ReassignIncident
from events.incident.reassignment.events import IncidentReassigned
from events.incident.require import explained, still_in, unresolved
from events.incident.state import Incident, evolve
from events.page.plan import PageTarget
from events.page.purpose import Purpose

REASSIGNED: Final = "reassigned"


class ReassignedToOneself(Unprocessable):
    """Nobody reassigns an incident to themselves: acknowledging it takes it."""


def reassign_incident(command: ReassignIncident, incident: Incident) -> list[IncidentEvent]:
    """Ask others to take it; nothing if it is given to the one who has it.

    Raises: NobodyToPage, ReassignedToOneself, RemovedFromIncident, ReasonRequired.
    """
    incident_id = unresolved(incident)
    reason = explained(command.reason, "Say why the incident is reassigned.")
    people = tuple(dict.fromkeys(command.responder_ids))
    policy_id = command.escalation_policy_id
    if policy_id is None and not people:
        raise NobodyToPage("Name responders or an escalation policy to reassign the incident to.")
    if command.actor.responder_id in people:
        raise ReassignedToOneself(
            f"{command.actor.responder_id} would reassign {incident.reference} to themselves:"
            " acknowledge it instead.",
            allowed=["acknowledge"],
        )
    for person in people:
        still_in(person, incident)
    had_by = incident.acknowledged_by
    if policy_id is None and [f"responder:{person}" for person in people] == [had_by]:
        return []
    reassigned = IncidentReassigned(
        incident_id=incident_id,
        responder_ids=people,
        escalation_policy_id=policy_id,
        previously=had_by,
        reason=reason,
        reassigned_by=command.actor.name,
        reassigned_at=command.at,
    )
    cancelled = _others_cancelled(command, incident)
    page = page_requested(
        reduce(evolve, [reassigned, *cancelled], incident),
        command,
        purpose=Purpose.RESPONSE,
        about=once_more(REASSIGNED, incident),
        ask=f"Reassigned: {reason}",
        target=_target(command, incident),
    )
    return [reassigned, *cancelled, page]


def _others_cancelled(command: ReassignIncident, incident: Incident) -> list[IncidentEvent]:
    return [
        event
        for page in wanted_pages(incident)
        if page.wanted and page.purpose is Purpose.RESPONSE
        for event in page_cancelled(page.number, "reassigned to others", incident, command)
    ]


def _target(command: ReassignIncident, incident: Incident) -> PageTarget:
    """Return the people first; where they stay silent, the policy's levels, as of any incident."""
    within = None
    if incident.policy is not None:
        within = incident.policy.policy.response_to(incident.severity).acknowledge_within
    people = tuple(dict.fromkeys(command.responder_ids))
    return PageTarget(
        escalation_policy_id=command.escalation_policy_id or incident.escalation_policy_id,
        levels_at_once=0 if people else 1,
        responder_ids=people,
        acknowledge_within=within,
    )


RULES: Rules = {ReassignIncident: reassign_incident}
