"""One step of an incident through its phases."""

from datetime import datetime

from events.actor import Actor
from events.errors import (
    IncidentNotFound,
)
from events.ids import IncidentId
from events.incident.checklist.rules import leave_phases
from events.incident.events import (
    IncidentEvent,
    IncidentPhaseAdvanced,
)
from events.incident.phases import Phase
from events.incident.state import Incident


def reached(
    phase: Phase, incident: Incident, actor: Actor, at: datetime, reason: str | None = None
) -> list[IncidentEvent]:
    """Return the step to a phase; nothing if it is reached already."""
    if incident.phase.rank >= phase.rank:
        return []
    return [
        *leave_phases(phase, incident, actor, at, reason),
        IncidentPhaseAdvanced(
            incident_id=_declared_id(incident),
            phase=phase,
            previous_phase=incident.phase,
            reason=reason,
            advanced_by=actor.name,
            advanced_at=at,
        ),
    ]


def _declared_id(incident: Incident) -> IncidentId:
    if incident.incident_id is None:
        raise IncidentNotFound("No such incident.")
    return incident.incident_id
