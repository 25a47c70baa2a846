"""Timestamp state: the moments of an incident follow from its events."""

from events.incident.events import (
    IncidentAcknowledged,
    IncidentDeclared,
    IncidentMitigated,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.phases import Phase
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Timestamp, Timestamps


def timestamps_after(timestamps: Timestamps, event: object) -> Timestamps:
    """Return the moments after any event of the incident."""
    match event:
        case IncidentDeclared():
            return Timestamps(
                began=event.began_at, detected=event.detected_at, declared=event.declared_at
            )
        case IncidentReopened():
            return timestamps.reopened(still_mitigated=event.phase.rank > Phase.MITIGATION.rank)
        case IncidentTimestampCorrected():
            return timestamps.corrected(event.name, event.happened_at)
        case IncidentAcknowledged():
            came = (Timestamp.ACKNOWLEDGED, event.acknowledged_at)
        case IncidentMitigated():
            came = (Timestamp.MITIGATED, event.mitigated_at)
        case IncidentResolved():
            came = (Timestamp.RESOLVED, event.resolved_at)
        case _:
            return timestamps
    return timestamps.timestamped(*came)
