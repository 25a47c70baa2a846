"""Severity events: how it was judged. Names and fields are a storage format."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId
from events.values.severity import Impact, Scope, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTriaged:
    """Impact and scope were judged; severity follows from the matrix."""

    incident_id: IncidentId
    impact: Impact
    scope: Scope
    severity: Severity
    triaged_by: str
    triaged_at: datetime
    type: Literal["incident.triaged"] = "incident.triaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSeverityChanged:
    """Severity was set, raised or lowered by hand."""

    incident_id: IncidentId
    severity: Severity
    previous_severity: Severity | None
    reason: str
    changed_by: str
    changed_at: datetime
    type: Literal["incident.severity_changed"] = "incident.severity_changed"


type SeverityEvent = IncidentTriaged | IncidentSeverityChanged
