"""Alert events. The stream outlives its occurrences, so at most one is open (P3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from events.ids import AlertId, IncidentId, IntegrationId, ServiceId
from events.routing.decision import AppliedRule
from events.routing.holding import Hold
from events.values.severity import Severity


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
    hold: Hold | None = None  # why it was held back before
    schema_version: ClassVar[int] = 3
    type: Literal["alert.triggered"] = "alert.triggered"


class AlertEnding(StrEnum):
    """Why an alert is over."""

    REPORTED = "reported"  # by its sender
    EXPIRED = "expired"  # its sender declared an end, which passed without a repeat
    AUTO_RESOLVED = "auto_resolved"  # nothing was heard of it for as long as its service says


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertHeld:
    """A monitor reported trouble, and it opens no incident: with all that a later look needs."""

    alert_id: AlertId
    integration_id: IntegrationId
    dedup_key: str
    title: str  # this and what follows is as the sender says, before any rule
    severity: Severity | None
    labels: dict[str, str]
    annotations: dict[str, str]
    source_url: str | None
    started_at: datetime  # by the monitor's clock
    hold: Hold
    applied: tuple[AppliedRule, ...]  # routing rules that had a say
    source: str  # the kind of sender, as in its URL: alertmanager
    sender: str  # as people call it: Alertmanager
    group_key: str  # as its sender groups it
    service_id: ServiceId  # that an incident would be opened for
    incident_id: IncidentId | None  # that it fired in so far, and which is over
    held_at: datetime
    type: Literal["alert.held"] = "alert.held"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertReleased:
    """Somebody lets it through: nothing holds it back any more for as long as it fires."""

    alert_id: AlertId
    title: str
    hold: Hold  # as it was held back
    released_by: str
    released_at: datetime
    type: Literal["alert.released"] = "alert.released"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPassed:
    """The monitor reported that the trouble is over while it was held back: nobody was paged."""

    alert_id: AlertId
    title: str
    hold: Hold
    ended_at: datetime  # by the monitor's clock
    passed_at: datetime
    ending: AlertEnding = AlertEnding.REPORTED
    type: Literal["alert.passed"] = "alert.passed"


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


type AlertEvent = (
    AlertTriggered
    | AlertHeld
    | AlertReleased
    | AlertPassed
    | AlertResolved
    | AlertMoved
    | AlertAmended
)

ALERT_EVENTS: tuple[type, ...] = (
    AlertTriggered,
    AlertHeld,
    AlertReleased,
    AlertPassed,
    AlertResolved,
    AlertMoved,
    AlertAmended,
)
