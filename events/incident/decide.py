"""The rules of an incident: which facts a command leads to, or why it is refused."""

from events.decider import Decider
from events.errors import (
    DeadlineNotDue,
    IncidentNotFound,
    IncidentNotResolved,
    PhaseOutOfOrder,
)
from events.incident.commands import (
    AcknowledgeIncident,
    AdvancePhase,
    CloseIncident,
    DeclareIncident,
    DeclineIncident,
    IncidentCommand,
    MissDeadline,
    MitigateIncident,
    ReopenIncident,
    ResolveIncident,
)
from events.incident.declaring import declare
from events.incident.events import (
    INCIDENT_EVENTS,
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeadlineMissed,
    IncidentDeclined,
    IncidentEvent,
    IncidentMitigated,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.facets import decide_facet
from events.incident.fields.rules import filled_for_resolution
from events.incident.pages.rules import reminder_answered
from events.incident.phases import Phase
from events.incident.relations.parenting import left_open
from events.incident.relations.require import unasked
from events.incident.reopening import call_again
from events.incident.require import (
    advancing,
    explained,
    led_by_the_actor,
    live,
    still_in,
    unresolved,
)
from events.incident.roles.authority import ReservedAction, commander_only
from events.incident.roles.commands import AddResponder
from events.incident.roles.rules import add_responder, joined
from events.incident.severity.commands import ChangeSeverity, TriageIncident
from events.incident.severity.rules import change_severity, triage
from events.incident.state import INITIAL, Incident, evolve
from events.incident.status_updates.commands import PublishStatusUpdate
from events.incident.status_updates.rules import publish_status_update
from events.incident.steps import reached


def decide(command: IncidentCommand, incident: Incident) -> list[IncidentEvent]:
    """Return the facts this command leads to; none if it is already so."""
    if not command.actor.is_admin:
        still_in(command.actor.responder_id, incident)
    match command:
        case DeclareIncident():
            return declare(command, incident)
        case AcknowledgeIncident():
            return acknowledge(command, incident)
        case TriageIncident():
            return triage(command, incident)
        case ChangeSeverity():
            return change_severity(command, incident)
        case AdvancePhase():
            return advance_phase(command, incident)
        case AddResponder():
            return add_responder(command, incident)
        case PublishStatusUpdate():
            return publish_status_update(command, incident)
        case MitigateIncident():
            return mitigate(command, incident)
        case ResolveIncident():
            return resolve(command, incident)
        case ReopenIncident():
            return reopen(command, incident)
        case DeclineIncident():
            return decline(command, incident)
        case CloseIncident():
            return close(command, incident)
        case MissDeadline():
            return miss_deadline(command, incident)
        case _:
            return decide_facet(command, incident)


def acknowledge(command: AcknowledgeIncident, incident: Incident) -> list[IncidentEvent]:
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
    taken = command.page_id is not None and incident.acknowledged_by is not None
    if late or taken:
        return []
    unresolved(incident)
    if incident.acknowledged_by == command.actor.name:
        return []
    acknowledged = IncidentAcknowledged(
        incident_id=incident_id,
        acknowledged_by=command.actor.name,
        acknowledged_at=command.at,
        page_id=command.page_id,
    )
    return [acknowledged, *entering]


def advance_phase(command: AdvancePhase, incident: Incident) -> list[IncidentEvent]:
    """Go on to a later phase; the postmortem begins only after resolution is declared."""
    live(incident)
    if command.phase == incident.phase:
        return []
    advancing(command, incident)
    return reached(command.phase, incident, command.actor, command.at, command.reason)


def mitigate(command: MitigateIncident, incident: Incident) -> list[IncidentEvent]:
    """Record that the impact stopped; its summary is the reason for any phase skipped."""
    incident_id = unresolved(incident)
    if incident.mitigated:
        return []
    summary = explained(command.summary, "Say what stopped the impact.")
    phase = reached(Phase.MITIGATION, incident, command.actor, command.at, summary)
    mitigated = IncidentMitigated(
        incident_id=incident_id,
        summary=summary,
        mitigated_by=command.actor.name,
        mitigated_at=command.at,
    )
    return [*phase, mitigated]


def resolve(command: ResolveIncident, incident: Incident) -> list[IncidentEvent]:
    """Record the commander's word that it is over."""
    incident_id = live(incident)
    if incident.resolved:
        return []
    if incident.policy is None:
        led_by_the_actor(command.actor, incident, "declares the incident resolved")
    instead = commander_only(ReservedAction.RESOLUTION, command, command.reason, incident)
    summary = explained(command.summary, "Say what fixed the cause.")
    filled_for_resolution(incident)
    children = left_open(command, incident)
    phase = reached(Phase.RESOLUTION, incident, command.actor, command.at, summary)
    resolved = IncidentResolved(
        incident_id=incident_id,
        summary=summary,
        resolved_by=command.actor.name,
        resolved_at=command.at,
    )
    return [*children, *phase, *instead, resolved]


def reopen(command: ReopenIncident, incident: Incident) -> list[IncidentEvent]:
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
    after = evolve(incident, reopened)
    return [reopened, *call_again(incident, after, reason, command.actor.name, command.at)]


def decline(command: DeclineIncident, incident: Incident) -> list[IncidentEvent]:
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


def close(command: CloseIncident, incident: Incident) -> list[IncidentEvent]:
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


def miss_deadline(command: MissDeadline, incident: Incident) -> list[IncidentEvent]:
    """Record a deadline that passed; nothing if the phase was reached or the fact is known."""
    if incident.incident_id is None or incident.declared_at is None:
        raise IncidentNotFound("No such incident.")
    running = incident.running_deadlines
    deadline = next((one for one in running if one.phase is command.phase), None)
    if deadline is None:
        return []
    due_at = incident.declared_at + deadline.within
    if command.at < due_at:
        raise DeadlineNotDue(
            f"{command.phase} is due at {due_at.isoformat()}; it is not missed before.",
            due_at=due_at.isoformat(),
        )
    return [
        IncidentDeadlineMissed(
            incident_id=incident.incident_id,
            phase=command.phase,
            due_at=due_at,
            missed_at=command.at,
        )
    ]


incident_decider: Decider[IncidentCommand, Incident, IncidentEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=INCIDENT_EVENTS
)
