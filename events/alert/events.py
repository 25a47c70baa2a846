"""Alert events. The stream outlives its occurrences, so at most one is open (P3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from events.ids import AlertId, IncidentId, IntegrationId
from events.routing.decision import AppliedRule


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTriggered:
    """A monitor reported trouble; the alert belongs to an incident from its first moment."""

    alert_id: AlertId
    integration_id: IntegrationId
    dedup_key: str
    incident_id: IncidentId
    title: str
    labels: dict[str, str]
    annotations: dict[str, str]
    source_url: str | None
    started_at: datetime  # by the monitor's clock
    triggered_at: datetime
    applied: tuple[AppliedRule, ...] = ()  # routing rules that had a say: why it pages
    schema_version: ClassVar[int] = 2
    type: Literal["alert.triggered"] = "alert.triggered"


class AlertEnding(StrEnum):
    """Why an alert is over."""

    REPORTED = "reported"  # by its sender
    EXPIRED = "expired"  # its sender declared an end, which passed without a repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertResolved:
    """The trouble is over: by the monitor's word, or because it is silent."""

    alert_id: AlertId
    incident_id: IncidentId
    ended_at: datetime  # by the monitor's clock
    resolved_at: datetime
    title: str = ""  # as it was triggered
    ending: AlertEnding = AlertEnding.REPORTED
    schema_version: ClassVar[int] = 2
    type: Literal["alert.resolved"] = "alert.resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMoved:
    """Its incident was merged into another one or was over, and it fires on in this one."""

    alert_id: AlertId
    incident_id: IncidentId  # that goes on
    from_incident_id: IncidentId
    title: str
    started_at: datetime  # by the monitor's clock
    moved_at: datetime
    type: Literal["alert.moved"] = "alert.moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAmended:
    """The monitor said something else of the alert that fires: all that holds from now on."""

    alert_id: AlertId
    incident_id: IncidentId
    title: str
    labels: dict[str, str]
    annotations: dict[str, str]
    amended_at: datetime
    type: Literal["alert.amended"] = "alert.amended"


type AlertEvent = AlertTriggered | AlertResolved | AlertMoved | AlertAmended

ALERT_EVENTS: tuple[type, ...] = (AlertTriggered, AlertResolved, AlertMoved, AlertAmended)
