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


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertGroupJoined:
    """More alerts have come to the group, so that its rolling window begins anew."""

    group_id: AlertGroupId
    goes_to: IncidentId
    opened_at: datetime
    joined_at: datetime
    type: Literal["alert_group.joined"] = "alert_group.joined"


type AlertGroupEvent = AlertGroupOpened | AlertGroupJoined

ALERT_GROUP_EVENTS: tuple[type, ...] = (AlertGroupOpened, AlertGroupJoined)
