"""Alert group events: the group's alerts go to another incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import AlertGroupId, IncidentId, IntegrationId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertGroupOpened:
    """The group's alerts go to a new incident from here on."""

    group_id: AlertGroupId
    integration_id: IntegrationId
    group_key: str
    incident_id: IncidentId
    opened_at: datetime
    type: Literal["alert_group.opened"] = "alert_group.opened"


ALERT_GROUP_EVENTS: tuple[type, ...] = (AlertGroupOpened,)
