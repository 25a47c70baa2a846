"""The rule of a retrospective: an incident's whole life up to now, told with its true times."""

from collections.abc import Iterator
from datetime import datetime

from events.errors import IncidentAlreadyDeclared, IncidentNotResolved
from events.incident.backfill.commands import EnterRetrospective
from events.incident.events import (
    IncidentAcknowledged,
    IncidentDeclared,
    IncidentEvent,
    IncidentMitigated,
    IncidentPhaseAdvanced,
    IncidentResolved,
)
from events.incident.modes import Mode
from events.incident.phases import Phase
from events.incident.require import explained
from events.incident.state import Incident
from events.incident.timestamps.names import Stamp, Stamps, in_order

SKIPPED = "Entered after the fact."  # the reason for the phases that nobody recorded


def enter_retrospective(command: EnterRetrospective, incident: Incident) -> list[IncidentEvent]:
    """Enter the incident; it stands where its times say: in detection, mitigated or resolved.

    Raises: IncidentAlreadyDeclared, ReasonRequired, IncidentNotResolved, TimesOutOfOrder.
    """
    if incident.incident_id is not None:
        raise IncidentAlreadyDeclared(
            f"{incident.reference} is already declared; another one needs an id of its own.",
            allowed=["declare"],
        )
    if command.postmortem and command.resolved_at is None:
        raise IncidentNotResolved("Say when it was resolved; the postmortem begins after that.")
    stamps = stamps_of(command)
    for stamp in Stamp:
        in_order(stamps, stamp, command.at)
    return [_declared(command), *_lived(command, stamps)]


def stamps_of(command: EnterRetrospective) -> Stamps:
    """Return the moments as they are told; what is resolved was mitigated by then."""
    return Stamps(
        began=command.began_at,
        detected=command.detected_at,
        declared=command.declared_at,
        acknowledged=command.acknowledged_at,
        mitigated=command.mitigated_at or command.resolved_at,
        resolved=command.resolved_at,
    )


def _declared(command: EnterRetrospective) -> IncidentDeclared:
    return IncidentDeclared(
        incident_id=command.incident_id,
        reference=command.reference,
        title=command.title,
        summary=command.summary,
        service_id=command.service_id,
        severity=command.severity,
        escalation_policy_id=None,
        deadlines=(),
        declared_by=command.actor.name,
        declared_at=command.declared_at,
        mode=Mode.RETROSPECTIVE,
        began_at=command.began_at,
        detected_at=command.detected_at,
    )


def _lived(command: EnterRetrospective, stamps: Stamps) -> Iterator[IncidentEvent]:
    by = command.actor.name
    if stamps.acknowledged is not None:
        yield IncidentAcknowledged(
            incident_id=command.incident_id, acknowledged_by=by, acknowledged_at=stamps.acknowledged
        )
    if stamps.mitigated is None:
        return
    ask = "Say what stopped the impact." if command.mitigated_at else "Say what fixed the cause."
    told = command.mitigation_summary if command.mitigated_at else command.resolution_summary
    yield _reached(command, Phase.DETECTION, Phase.MITIGATION, stamps.mitigated)
    yield IncidentMitigated(
        incident_id=command.incident_id,
        summary=explained(told, ask),
        mitigated_by=by,
        mitigated_at=stamps.mitigated,
    )
    if stamps.resolved is None:
        return
    yield _reached(command, Phase.MITIGATION, Phase.RESOLUTION, stamps.resolved)
    yield IncidentResolved(
        incident_id=command.incident_id,
        summary=explained(command.resolution_summary, "Say what fixed the cause."),
        resolved_by=by,
        resolved_at=stamps.resolved,
    )
    if command.postmortem:
        yield _reached(command, Phase.RESOLUTION, Phase.POSTMORTEM, command.at)


def _reached(
    command: EnterRetrospective, previous: Phase, phase: Phase, at: datetime
) -> IncidentPhaseAdvanced:
    return IncidentPhaseAdvanced(
        incident_id=command.incident_id,
        phase=phase,
        previous_phase=previous,
        reason=SKIPPED,
        advanced_by=command.actor.name,
        advanced_at=at,
    )
