"""One incident, told with as few words as a test needs: INC-7, Ana commands, Ben is on call."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from events.actor import Actor
from events.ids import EscalationPolicyId, IncidentId, ResponderId, ServiceId
from events.incident.commands import (
    AdvancePhase,
    DeclareIncident,
    DeclineIncident,
    MissDeadline,
    MitigateIncident,
    ReopenIncident,
    ResolveIncident,
)
from events.incident.events import (
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeclared,
    IncidentDeclined,
    IncidentMitigated,
    IncidentPhaseAdvanced,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.phases import DEFAULT_DEADLINES, Phase
from events.incident.roles.commands import AddResponder, AssignRole, HandOverRole
from events.incident.roles.events import ResponderJoined, Role, RoleAssigned
from events.incident.severity.commands import ChangeSeverity, TriageIncident
from events.incident.severity.events import IncidentTriaged
from events.values.severity import Impact, Scope, Severity

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
INC_7 = IncidentId(UUID("00000000-0000-4000-8000-000000000007"))

ANA, BEN, CEM = ResponderId("ana"), ResponderId("ben"), ResponderId("cem")
ana = Actor(principal="api_key:ana", responder_id=ANA)
ben = Actor(principal="api_key:ben", responder_id=BEN)
cem = Actor(principal="api_key:cem", responder_id=CEM)
admin = Actor(principal="api_key:root", is_admin=True)
robot = Actor(principal="integration:grafana")
timer = Actor(principal="workflow:incident")


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


declared = IncidentDeclared(
    incident_id=INC_7,
    reference="INC-7",
    title="Checkout is down",
    summary="",
    service_id=ServiceId("checkout"),
    severity=None,
    escalation_policy_id=EscalationPolicyId("checkout-on-call"),
    deadlines=DEFAULT_DEADLINES,
    declared_by="integration:grafana",
    declared_at=NOW,
)
declare = DeclareIncident(
    incident_id=INC_7,
    reference="INC-7",
    title="Checkout is down",
    summary="",
    service_id=ServiceId("checkout"),
    severity=None,
    escalation_policy_id=EscalationPolicyId("checkout-on-call"),
    deadlines=DEFAULT_DEADLINES,
    actor=robot,
    at=NOW,
)


def acknowledged_by(name: str) -> IncidentAcknowledged:
    return IncidentAcknowledged(incident_id=INC_7, acknowledged_by=name, acknowledged_at=NOW)


def joined(person: ResponderId, by: str, at: datetime = NOW) -> ResponderJoined:
    return ResponderJoined(incident_id=INC_7, responder_id=person, added_by=by, joined_at=at)


def assigned(role: str, person: ResponderId, by: str = "responder:ana") -> RoleAssigned:
    return RoleAssigned(
        incident_id=INC_7, role=role, responder_id=person, assigned_by=by, assigned_at=NOW
    )


ana_commands = (joined(ANA, "responder:ana"), assigned(Role.COMMANDER, ANA))


def advanced(
    previous: Phase, phase: Phase, reason: str | None = None, by: str = "responder:ana"
) -> IncidentPhaseAdvanced:
    return IncidentPhaseAdvanced(
        incident_id=INC_7,
        phase=phase,
        previous_phase=previous,
        reason=reason,
        advanced_by=by,
        advanced_at=NOW,
    )


def in_phase(phase: Phase) -> tuple[object, ...]:
    """Return what brings INC-7 there, with Ana in command and resolved where it must be."""
    road: list[object] = [declared, *ana_commands]
    for previous, following in zip(tuple(Phase), tuple(Phase)[1:], strict=False):
        if previous.rank >= phase.rank:
            break
        if following is Phase.POSTMORTEM:
            road.append(resolved)
        road.append(advanced(previous, following))
    return tuple(road)


triaged = IncidentTriaged(
    incident_id=INC_7,
    impact=Impact.COMPLETE_LOSS,
    scope=Scope.LIMITED,
    severity=Severity.SEV2,
    triaged_by="responder:ana",
    triaged_at=NOW,
)
mitigated = IncidentMitigated(
    incident_id=INC_7, summary="Rolled back.", mitigated_by="responder:ana", mitigated_at=NOW
)
resolved = IncidentResolved(
    incident_id=INC_7, summary="Index added.", resolved_by="responder:ana", resolved_at=NOW
)
declined = IncidentDeclined(
    incident_id=INC_7, reason="Load test.", declined_by="responder:ana", declined_at=NOW
)
closed = IncidentClosed(incident_id=INC_7, closed_by="responder:ana", closed_at=NOW)


def reopened(previous: Phase, phase: Phase, reason: str = "Errors are back.") -> IncidentReopened:
    return IncidentReopened(
        incident_id=INC_7,
        phase=phase,
        previous_phase=previous,
        reason=reason,
        reopened_by="responder:ana",
        reopened_at=NOW,
    )


def triage(impact: Impact = Impact.COMPLETE_LOSS, scope: Scope = Scope.LIMITED) -> TriageIncident:
    return TriageIncident(impact=impact, scope=scope, actor=ana, at=NOW)


def change_severity(severity: Severity, reason: str = "It spreads.") -> ChangeSeverity:
    return ChangeSeverity(severity=severity, reason=reason, actor=ana, at=NOW)


def advance(phase: Phase, reason: str | None = None) -> AdvancePhase:
    return AdvancePhase(phase=phase, reason=reason, actor=ana, at=NOW)


def add(person: ResponderId, actor: Actor = ana) -> AddResponder:
    return AddResponder(responder_id=person, actor=actor, at=NOW)


def assign(role: str, person: ResponderId, actor: Actor = ana) -> AssignRole:
    return AssignRole(role=role, responder_id=person, actor=actor, at=NOW)


def hand_over(role: str, to: ResponderId, actor: Actor = ana) -> HandOverRole:
    return HandOverRole(role=role, to_responder_id=to, actor=actor, at=NOW)


def mitigate(summary: str = "Rolled back.") -> MitigateIncident:
    return MitigateIncident(summary=summary, actor=ana, at=NOW)


def resolve(actor: Actor = ana, summary: str = "Index added.") -> ResolveIncident:
    return ResolveIncident(summary=summary, actor=actor, at=NOW)


def reopen(phase: Phase, reason: str = "Errors are back.") -> ReopenIncident:
    return ReopenIncident(phase=phase, reason=reason, actor=ana, at=NOW)


def decline(reason: str = "Load test.") -> DeclineIncident:
    return DeclineIncident(reason=reason, actor=ana, at=NOW)


def miss(phase: Phase, at: datetime) -> MissDeadline:
    return MissDeadline(phase=phase, actor=timer, at=at)
