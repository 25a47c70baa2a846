"""Backfill rule: an incident's whole life up to now, recorded with its true times."""

from collections.abc import Iterator
from datetime import datetime

from events.errors import IncidentNotResolved
from events.incident.backfill.commands import BackfillIncident
from events.incident.declaring import declared_as_asked, undeclared
from events.incident.events import (
    IncidentAcknowledged,
    IncidentEvent,
    IncidentMitigated,
    IncidentPhaseAdvanced,
    IncidentResolved,
)
from events.incident.grammar import Rules
from events.incident.modes import Mode
from events.incident.phases import Phase
from events.incident.require import explained
from events.incident.state import Incident
from events.incident.timestamps.names import Timestamp, Timestamps, in_order

SKIPPED = "Entered after the fact."  # the reason for the phases that nobody recorded


def backfill_incident(command: BackfillIncident, incident: Incident) -> list[IncidentEvent]:
    """Enter the incident; it stands where its times say: in detection, mitigated or resolved.

    Raises: IncidentAlreadyDeclared, ReasonRequired, IncidentNotResolved, TimesOutOfOrder.
    """
    undeclared(incident)
    if command.postmortem and command.resolved_at is None:
        raise IncidentNotResolved("Say when it was resolved; the postmortem begins after that.")
    timestamps = timestamps_of(command)
    for timestamp in Timestamp:
        in_order(timestamps, timestamp, command.at)
    declared = declared_as_asked(
        command, mode=Mode.BACKFILLED, escalation_policy_id=None, deadlines=()
    )
    return [declared, *_lived(command, timestamps)]


def timestamps_of(command: BackfillIncident) -> Timestamps:
    """Return the moments as the command has them; what is resolved was mitigated by then."""
    return Timestamps(
        began=command.began_at,
        detected=command.detected_at,
        declared=command.declared_at,
        acknowledged=command.acknowledged_at,
        mitigated=command.mitigated_at or command.resolved_at,
        resolved=command.resolved_at,
    )


def _lived(command: BackfillIncident, timestamps: Timestamps) -> Iterator[IncidentEvent]:
    by = command.actor.name
    if timestamps.acknowledged is not None:
        yield IncidentAcknowledged(
            incident_id=command.incident_id,
            acknowledged_by=by,
            acknowledged_at=timestamps.acknowledged,
        )
    if timestamps.mitigated is None:
        return
    ask = "Say what stopped the impact." if command.mitigated_at else "Say what fixed the cause."
    summary = command.mitigation_summary if command.mitigated_at else command.resolution_summary
    yield _reached(command, Phase.DETECTION, Phase.MITIGATION, timestamps.mitigated)
    yield IncidentMitigated(
        incident_id=command.incident_id,
        summary=explained(summary, ask),
        mitigated_by=by,
        mitigated_at=timestamps.mitigated,
    )
    if timestamps.resolved is None:
        return
    yield _reached(command, Phase.MITIGATION, Phase.RESOLUTION, timestamps.resolved)
    yield IncidentResolved(
        incident_id=command.incident_id,
        summary=explained(command.resolution_summary, "Say what fixed the cause."),
        resolved_by=by,
        resolved_at=timestamps.resolved,
    )
    if command.postmortem:
        yield _reached(command, Phase.RESOLUTION, Phase.POSTMORTEM, command.at)


def _reached(
    command: BackfillIncident, previous: Phase, phase: Phase, at: datetime
) -> IncidentPhaseAdvanced:
    return IncidentPhaseAdvanced(
        incident_id=command.incident_id,
        phase=phase,
        previous_phase=previous,
        reason=SKIPPED,
        advanced_by=command.actor.name,
        advanced_at=at,
    )


RULES: Rules = {
    BackfillIncident: backfill_incident,
}
