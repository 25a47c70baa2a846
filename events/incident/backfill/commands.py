"""Backfill command: enter an incident that was handled elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import IncidentId, ServiceId
from events.values.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillIncident:
    """Enter an incident that was handled elsewhere, with its true times; nobody is paged."""

    incident_id: IncidentId
    reference: str = ""  # the next one of the log, as it is entered
    title: str
    summary: str
    service_id: ServiceId | None
    severity: Severity | None
    began_at: datetime | None
    detected_at: datetime | None
    declared_at: datetime
    acknowledged_at: datetime | None
    mitigated_at: datetime | None  # the resolution, if only that is known
    mitigation_summary: str
    resolved_at: datetime | None
    resolution_summary: str
    postmortem: bool  # it begins at once
    actor: Actor
    at: datetime
    kind: Literal["backfill_incident"] = "backfill_incident"
