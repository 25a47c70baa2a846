"""Alert storm events: detected, and calmed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import AlertStormId, IncidentId, IntegrationId, ServiceId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStormDetected:
    """What the integration sends that would open an incident goes to this one from here on."""

    storm_id: AlertStormId
    integration_id: IntegrationId
    service_id: ServiceId  # that its incidents would be of
    number: int  # of the storms of this integration, from 1
    incident_id: IncidentId
    above: int  # incidents within a minute
    detected_at: datetime
    type: Literal["alert_storm.detected"] = "alert_storm.detected"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStormCalmed:
    """The integration is calm: what it sends opens incidents again."""

    storm_id: AlertStormId
    number: int
    incident_id: IncidentId
    alerts: int  # that went to its incident
    calmed_at: datetime
    type: Literal["alert_storm.calmed"] = "alert_storm.calmed"


type AlertStormEvent = AlertStormDetected | AlertStormCalmed

ALERT_STORM_EVENTS: tuple[type, ...] = (AlertStormDetected, AlertStormCalmed)
