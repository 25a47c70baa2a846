"""Phase steps: one at a time, with a reason where one is skipped, within the policy's deadlines."""

from events.errors import DeadlineNotDue, IncidentNotFound, IncidentNotResolved, PhaseOutOfOrder
from events.incident.checklist.rules import leave_phases
from events.incident.commands import AdvancePhase, MissDeadline
from events.incident.events import IncidentDeadlineMissed, IncidentEvent, IncidentPhaseAdvanced
from events.incident.grammar import Given, Rules
from events.incident.phases import Phase
from events.incident.require import explained, live
from events.incident.state import Incident


def advance_phase(command: AdvancePhase, incident: Incident) -> list[IncidentEvent]:
    """Go on to a later phase.

    Raises: PhaseOutOfOrder (backwards), ReasonRequired (a phase is skipped), IncidentNotResolved
    (the postmortem before the resolution), MandatoryItemsOpen.
    """
    live(incident)
    if command.phase == incident.phase:
        return []
    if command.phase.rank < incident.phase.rank:
        raise PhaseOutOfOrder(
            f"{incident.reference} is in {incident.phase}; to go back, reopen it.",
            phase=incident.phase.value,
            allowed=["reopen"],
        )
    if command.phase is Phase.POSTMORTEM and not incident.resolved:
        raise IncidentNotResolved(
            f"{incident.reference} is not resolved; the postmortem begins after that.",
            allowed=["resolve"],
        )
    if command.phase != incident.phase.following:
        ask = f"Going from {incident.phase} to {command.phase} skips a phase: say why."
        explained(command.reason, ask)
    return reached(command.phase, command.reason, incident, command)


def reached(
    phase: Phase, reason: str | None, incident: Incident, command: Given
) -> list[IncidentEvent]:
    """Return the step to a phase; nothing if it is reached already.

    Raises: MandatoryItemsOpen.
    """
    if incident.phase.rank >= phase.rank:
        return []
    return [
        *leave_phases(phase, reason, incident, command),
        IncidentPhaseAdvanced(
            incident_id=live(incident),
            phase=phase,
            previous_phase=incident.phase,
            reason=reason,
            advanced_by=command.actor.name,
            advanced_at=command.at,
        ),
    ]


def miss_deadline(command: MissDeadline, incident: Incident) -> list[IncidentEvent]:
    """Record a deadline that passed; nothing if the phase was reached or the fact is known.

    Raises: IncidentNotFound, DeadlineNotDue.
    """
    if incident.incident_id is None or incident.declared_at is None:
        raise IncidentNotFound("No such incident.")
    running = incident.running_deadlines
    deadline = next((deadline for deadline in running if deadline.phase is command.phase), None)
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


RULES: Rules = {AdvancePhase: advance_phase, MissDeadline: miss_deadline}
