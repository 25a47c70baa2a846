"""Alert commands: what a monitor may report."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.alert.events import AlertEnding
from events.ids import AlertId, IncidentId, IntegrationId, ServiceId
from events.routing.decision import AppliedRule
from events.routing.holding import Hold
from events.values.severity import Severity


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
    released: bool = False  # it was held back, and nobody said just now that it fires
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldAlert:
    """Report that an alert fires, and hold it back from any incident."""

    alert_id: AlertId
    integration_id: IntegrationId
    dedup_key: str
    title: str
    severity: Severity | None
    labels: dict[str, str]
    annotations: dict[str, str]
    source_url: str | None
    started_at: datetime
    hold: Hold
    applied: tuple[AppliedRule, ...]
    source: str
    sender: str
    group_key: str
    service_id: ServiceId
    out_of: IncidentId | None  # the incident that it is open in, where that is known to be over
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAlert:
    """Let through what is held back, whatever holds it: it goes where the rules of now send it."""

    actor: Actor
    at: datetime


type AlertCommand = (
    TriggerAlert | HoldAlert | ReleaseAlert | ResolveAlert | EndSilentAlert | MoveAlert | AmendAlert
)
