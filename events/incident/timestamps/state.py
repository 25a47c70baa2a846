"""How the moments of an incident follow from its events."""

from events.incident.events import (
    IncidentAcknowledged,
    IncidentDeclared,
    IncidentEvent,
    IncidentMitigated,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.phases import Phase
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Stamp, Stamps


def stamped(stamps: Stamps, event: IncidentEvent) -> Stamps:
    """Return the moments after the event."""
    match event:
        case IncidentDeclared():
            return Stamps(
                began=event.began_at, detected=event.detected_at, declared=event.declared_at
            )
        case IncidentReopened():
            return stamps.reopened(still_mitigated=event.phase.rank > Phase.MITIGATION.rank)
        case IncidentTimestampCorrected():
            return stamps.corrected(event.stamp, event.happened_at)
        case IncidentAcknowledged():
            came = (Stamp.ACKNOWLEDGED, event.acknowledged_at)
        case IncidentMitigated():
            came = (Stamp.MITIGATED, event.mitigated_at)
        case IncidentResolved():
            came = (Stamp.RESOLVED, event.resolved_at)
        case _:
            return stamps
    return stamps.stamped(*came)
