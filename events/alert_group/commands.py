"""Alert group commands, given by the alert receiver."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinAlertGroup:
    """Let the group's rolling window begin anew: more alerts came, and go to this incident."""

    group_id: AlertGroupId
    incident_id: IncidentId
    window: timedelta
    at: datetime


type AlertGroupCommand = OpenAlertGroup | JoinAlertGroup
