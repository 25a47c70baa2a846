"""Alert storm commands: of the alert receiver, and of whoever looks whether it is calm."""

from dataclasses import dataclass
from datetime import datetime

from events.ids import AlertStormId, IntegrationId, ServiceId


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectAlertStorm:
    """Report that the integration opens too many incidents."""

    storm_id: AlertStormId
    integration_id: IntegrationId
    service_id: ServiceId
    above: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalmAlertStorm:
    """Report that the storm of this number is over."""

    number: int
    alerts: int
    at: datetime


type AlertStormCommand = DetectAlertStorm | CalmAlertStorm
