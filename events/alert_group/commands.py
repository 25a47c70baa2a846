"""Alert group commands, given by the alert receiver."""

from dataclasses import dataclass
from datetime import datetime

from events.ids import AlertGroupId, IncidentId, IntegrationId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlertGroup:
    """Send the group's alerts to a new incident, in place of the one it had when last looked at."""

    group_id: AlertGroupId
    integration_id: IntegrationId
    group_key: str
    incident_id: IncidentId
    instead_of: IncidentId | None
    at: datetime
