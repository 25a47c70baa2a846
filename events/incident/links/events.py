"""Link events: what can happen to the links that people put on an incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId
from events.values.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLinkAdded:
    """Somebody said where to look: a runbook, a dashboard, a deployment."""

    incident_id: IncidentId
    link: Link
    added_by: str
    added_at: datetime
    type: Literal["incident.link_added"] = "incident.link_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLinkRemoved:
    """A link led nowhere, or to the wrong place."""

    incident_id: IncidentId
    url: str
    removed_by: str
    removed_at: datetime
    type: Literal["incident.link_removed"] = "incident.link_removed"


type LinkEvent = IncidentLinkAdded | IncidentLinkRemoved
