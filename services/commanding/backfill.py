"""An incident that is entered after the fact, from its request to the command."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import IncidentId, ServiceId
from events.incident.backfill.commands import BackfillIncident
from events.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """An incident to be entered with its true times; its service's policy pages nobody for it."""

    incident_id: IncidentId
    title: str
    summary: str
    service_id: ServiceId | None
    severity: Severity | None
    began_at: datetime | None
    detected_at: datetime | None
    declared_at: datetime
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    mitigation_summary: str
    resolved_at: datetime | None
    resolution_summary: str
    postmortem: bool
    actor: Actor
    at: datetime

    def command(self, reference: str) -> BackfillIncident:
        """Return the command that enters it."""
        return BackfillIncident(
            reference=reference, **{name: getattr(self, name) for name in self.__slots__}
        )
