"""Incident rules: acknowledged, mitigated, resolved, reopened, declined, closed."""

from dataclasses import replace

from events.errors import IncidentNotResolved, PhaseOutOfOrder
from events.incident.acknowledgement.lapse import renewed
from events.incident.commands import (
    AcknowledgeIncident,
    CloseIncident,
    DeclineIncident,
    MitigateIncident,
    ReopenIncident,
    ResolveIncident,
)
from events.incident.events import (
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeclined,
    IncidentEvent,
    IncidentMitigated,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.fields.rules import filled_for_resolution
from events.incident.grammar import Rules
from events.incident.pages.each import own_answers
from events.incident.pages.rules import own_requests_answered, reminder_answered
from events.incident.phases import Phase
from events.incident.relations.parenting import left_open
from events.incident.relations.require import unasked
from events.incident.require import explained, led_by_the_actor, live, unresolved
from events.incident.roles.authority import ReservedAction, commander_only
from events.incident.roles.rules import joined
from events.incident.severity.response import page_again
from events.incident.snooze.ending import had_by
from events.incident.state import Incident, evolve
from events.incident.steps import reached


def acknowledge_incident(command: AcknowledgeIncident, incident: Incident) -> list[IncidentEvent]:
    """Record who took it; a person who takes it is part of the response from then on.

    An answer to a page asks for somebody to have it: the first one counts, also by an old link.
    What is resolved needs nobody any more: an answer to a page that arrives then changes nothing.
    Raises: IncidentResolvedAlready.
    """
    incident_id = live(incident)
    person = command.actor.responder_id
    entering = joined(incident, person, command) if person else []
    reminder = reminder_answered(command, incident)
    if reminder is not None:
        return [*reminder, *entering] if reminder else []
    late = command.page_id is not None and incident.resolved
    had = had_by(incident, command.at)
    if late:
        return []
    if had == command.actor.name and not incident.resolved:
        return renewed(incident, command)
    each = own_answers(command, incident)
    if command.page_id is not None and had is not None:  # perhaps they were to answer too
        return [*each, *entering] if each else []
    unresolved(incident)
    own = [*each, *own_requests_answered(command, incident)]
    if own and had is not None:  # they come to help: the first answer stays
        return [*own, *entering]
    acknowledged = IncidentAcknowledged(
        incident_id=incident_id,
        acknowledged_by=command.actor.name,
        acknowledged_at=command.at,
        page_id=command.page_id,
    )
    return [acknowledged, *own, *entering]


def mitigate_incident(command: MitigateIncident, incident: Incident) -> list[IncidentEvent]:
    """Record that the impact stopped; its summary is the reason for any phase skipped."""
    incident_id = unresolved(incident)
    if incident.mitigated:
        return []
    summary = explained(command.summary, "Say what stopped the impact.")
    phase = reached(Phase.MITIGATION, summary, incident, command)
    mitigated = IncidentMitigated(
        incident_id=incident_id,
        summary=summary,
        mitigated_by=command.actor.name,
        mitigated_at=command.at,
    )
    return [*phase, mitigated]


def resolve_incident(command: ResolveIncident, incident: Incident) -> list[IncidentEvent]:
    """Record the incident commander's word that it is over."""
    incident_id = live(incident)
    if incident.resolved:
        return []
    if incident.policy is None:
        led_by_the_actor(command.actor, incident, "declares the incident resolved")
    instead = commander_only(ReservedAction.RESOLUTION, command, command.reason, incident)
    summary = explained(command.summary, "Say what fixed the cause.")
    filled_for_resolution(incident)
    children = left_open(command, incident)
    phase = reached(Phase.RESOLUTION, summary, incident, command)
    resolved = IncidentResolved(
        incident_id=incident_id,
        summary=summary,
        resolved_by=command.actor.name,
        resolved_at=command.at,
    )
    return [*children, *phase, *instead, resolved]


def reopen_incident(command: ReopenIncident, incident: Incident) -> list[IncidentEvent]:
    """Go back to an earlier phase; what was resolved pages again, and waits to be acknowledged."""
    incident_id = live(incident)
    if command.phase.rank >= incident.phase.rank:
        earlier = [phase.value for phase in Phase if phase.rank < incident.phase.rank]
        raise PhaseOutOfOrder(
            f"{incident.reference} is in {incident.phase}; "
            + (f"reopen it to {' or '.join(earlier)}." if earlier else "nothing comes before."),
            phase=incident.phase.value,
            phases=earlier,
            allowed=["reopen", "advance_phase"] if earlier else ["advance_phase"],
        )
    reason = explained(command.reason, "Say why the incident is reopened.")
    reopened = IncidentReopened(
        incident_id=incident_id,
        phase=command.phase,
        previous_phase=incident.phase,
        reason=reason,
        reopened_by=command.actor.name,
        reopened_at=command.at,
    )
    if not incident.resolved:  # people are at it: nobody has to be paged again
        return [reopened]
    nobody = replace(evolve(incident, reopened), acknowledged_by=None)
    ask = f"Reopened: {reason}"
    return [reopened, *page_again(nobody, about="reopened", ask=ask, command=command)]


def decline_incident(command: DeclineIncident, incident: Incident) -> list[IncidentEvent]:
    """Say that it is no incident, and what it was instead; what was mitigated was real."""
    if incident.declined:
        return []
    incident_id = unresolved(incident)
    unasked(incident)
    if incident.mitigated:
        raise PhaseOutOfOrder(
            f"{incident.reference} was mitigated, so it was a real one: resolve it instead.",
            allowed=["resolve"],
        )
    reason = explained(command.reason, "Say why it is no incident.")
    declined = IncidentDeclined(
        incident_id=incident_id,
        reason=reason,
        declined_by=command.actor.name,
        declined_at=command.at,
        category=command.category,
    )
    return [*commander_only(ReservedAction.DECLINE, command, reason, incident), declined]


def close_incident(command: CloseIncident, incident: Incident) -> list[IncidentEvent]:
    """End the incident for good."""
    if incident.closed:
        return []
    incident_id = live(incident)
    if not incident.resolved:
        raise IncidentNotResolved(
            f"{incident.reference} is not resolved: resolve it, or decline it.",
            allowed=["resolve", "decline"],
        )
    unasked(incident)
    reason = command.reason
    if incident.policy is not None and incident.phase is not Phase.POSTMORTEM:
        reason = explained(
            reason, "There was no postmortem: say why, or advance to the postmortem first."
        )
    closed = IncidentClosed(
        incident_id=incident_id,
        closed_by=command.actor.name,
        closed_at=command.at,
        reason=reason,
    )
    return [*commander_only(ReservedAction.CLOSURE, command, reason, incident), closed]


RULES: Rules = {
    AcknowledgeIncident: acknowledge_incident,
    MitigateIncident: mitigate_incident,
    ResolveIncident: resolve_incident,
    ReopenIncident: reopen_incident,
    DeclineIncident: decline_incident,
    CloseIncident: close_incident,
}
