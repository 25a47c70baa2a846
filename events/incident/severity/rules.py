"""Severity rules: judged by the matrix or set by hand, it acts when it changes."""

from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.phases import Phase
from events.incident.require import explained, live, unresolved
from events.incident.roles.authority import ReservedAction, commander_only
from events.incident.severity.commands import ChangeSeverity, TriageIncident
from events.incident.severity.events import IncidentSeverityChanged, IncidentTriaged
from events.incident.severity.response import severity_response
from events.incident.state import Incident, evolve
from events.incident.steps import reached
from events.values.severity import Severity, severity_for


def triage_incident(command: TriageIncident, incident: Incident) -> list[IncidentEvent]:
    """Judge impact and scope, and leave detection behind."""
    incident_id = unresolved(incident)
    policy = incident.policy.policy if incident.policy else None
    matrix = policy.severity_for if policy else severity_for
    severity = matrix(command.impact, command.scope)
    same = incident.triaged == (command.impact, command.scope) and incident.severity == severity
    if same and incident.phase is not Phase.DETECTION:  # reopened to detection, it is judged anew
        return []
    changed = incident.severity not in {None, severity}
    instead = _after_triage(command, command.reason, incident) if changed else []
    triaged = IncidentTriaged(
        incident_id=incident_id,
        impact=command.impact,
        scope=command.scope,
        severity=severity,
        triaged_by=command.actor.name,
        triaged_at=command.at,
    )
    judged = evolve(incident, triaged)
    phase = reached(Phase.TRIAGE, None, judged, command)
    return [*instead, triaged, *phase, *_response_to(severity, incident, command)]


def change_severity(command: ChangeSeverity, incident: Incident) -> list[IncidentEvent]:
    """Set the severity by hand, with a reason."""
    incident_id = live(incident)
    if incident.severity == command.severity:
        return []
    reason = explained(command.reason, "Say why the severity changes.")
    instead = _after_triage(command, reason, incident)
    changed = IncidentSeverityChanged(
        incident_id=incident_id,
        severity=command.severity,
        previous_severity=incident.severity,
        reason=reason,
        changed_by=command.actor.name,
        changed_at=command.at,
    )
    return [*instead, changed, *_response_to(command.severity, incident, command)]


def _after_triage(
    command: TriageIncident | ChangeSeverity, reason: str | None, incident: Incident
) -> list[IncidentEvent]:
    """Leave the first judgement to everybody, and a change of it to the incident commander."""
    if incident.furthest is Phase.DETECTION:
        return []
    return commander_only(ReservedAction.SEVERITY, command, reason, incident)


def _response_to(
    severity: Severity, incident: Incident, command: TriageIncident | ChangeSeverity
) -> list[IncidentEvent]:
    """Return what the new severity asks for; the same one again asks for nothing."""
    before = incident.severity
    if severity is before:
        return []
    raised = before is None or severity < before  # SEV1 is worst
    return severity_response(
        incident,
        severity,
        about=f"severity:{severity}",
        ask=f"{'Raised' if raised else 'Lowered'} to {severity}",
        command=command,
    )


RULES: Rules = {
    TriageIncident: triage_incident,
    ChangeSeverity: change_severity,
}
