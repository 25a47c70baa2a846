"""Alert commands: what a monitor may report."""

from dataclasses import dataclass
from datetime import datetime

from events.alert.events import AlertEnding
from events.ids import AlertId, IncidentId, IntegrationId
from events.routing.decision import AppliedRule


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerAlert:
    """Report that an alert fires."""

    alert_id: AlertId
    integration_id: IntegrationId
    dedup_key: str
    incident_id: IncidentId
    title: str
    labels: dict[str, str]
    annotations: dict[str, str]
    source_url: str | None
    started_at: datetime
    applied: tuple[AppliedRule, ...] = ()  # routing rules that had a say
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveAlert:
    """Report that an alert is over."""

    ended_at: datetime
    at: datetime
    started_at: datetime | None = None  # of the occurrence that ended; None: nobody said


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSilentAlert:
    """End the occurrence that its sender was last heard of at this time, and not since."""

    heard_at: datetime
    ended_at: datetime
    ending: AlertEnding
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveAlert:
    """Let the open occurrence go on in this incident: its own was merged into it, or is over."""

    incident_id: IncidentId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendAlert:
    """Have the open occurrence say this from now on."""

    title: str
    labels: dict[str, str]
    annotations: dict[str, str]
    at: datetime


type AlertCommand = TriggerAlert | ResolveAlert | EndSilentAlert | MoveAlert | AmendAlert
