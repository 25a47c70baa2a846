"""Alert state, folded from its events: the open occurrence, and when the last one ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from events.alert.events import (
    AlertAmended,
    AlertEnding,
    AlertEvent,
    AlertHeld,
    AlertMoved,
    AlertPassed,
    AlertReleased,
    AlertResolved,
    AlertTriggered,
)
from events.ids import AlertId, IncidentId, IntegrationId
from events.values.severity import Severity, severity_named

# A firing message so soon after the end may be an old one that came late. It is not yet believed,
# and not dropped: its sender is asked to say it again.
LATE: Final = timedelta(minutes=1)
SKEW: Final = timedelta(minutes=1)  # between the clocks of two monitors that watch the same thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert as its rules see it."""

    alert_id: AlertId | None = None
    integration_id: IntegrationId | None = None
    incident_id: IncidentId | None = None  # of the newest occurrence
    title: str = ""  # of the newest occurrence
    severity: Severity | None = None  # as the newest occurrence names it
    started_at: datetime | None = None  # of the newest occurrence
    triggered_at: datetime | None = None  # when we heard of it first
    resolved_at: datetime | None = None  # when the newest occurrence ended
    ending: AlertEnding | None = None  # why; None while it fires
    is_open: bool = False  # in an incident
    held: AlertHeld | None = None  # it fires, and is held back from any incident
    is_released: bool = False  # somebody lets it through, and it is on its way
    ticket_only: bool = False  # a rule let the newest occurrence page nobody
    labels: Mapping[str, str] = field(default_factory=dict[str, str])  # while it is open
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def fires(self) -> bool:
        """Return whether the newest occurrence goes on, in an incident or held back."""
        return self.is_open or self.held is not None

    def opens(self, started_at: datetime, at: datetime) -> bool:
        """Return whether a firing message that comes at this time begins a new occurrence.

        One that is held back may begin to count at any message.
        Of an open alert, one with a later start says that the last end was never reported.
        A message about the occurrence that has just ended may have come late. A little later it is
        news: a monitor that lost sight of its target resolves the alert, and fires it again as of
        its first start. Where silence was taken for the end, a message is news at once.
        """
        if self.started_at is None or self.held is not None:
            return True
        if self.is_open:
            return started_at - self.started_at > SKEW
        known = started_at <= self.started_at and self.ending is AlertEnding.REPORTED
        return not known or self.resolved_at is None or at >= self.resolved_at + LATE


INITIAL = Alert()


def evolve(alert: Alert, event: AlertEvent) -> Alert:
    """Return the alert after the event; never refuses."""
    match event:
        case AlertTriggered():
            return Alert(
                alert_id=event.alert_id,
                integration_id=event.integration_id,
                incident_id=event.incident_id,
                title=event.title,
                severity=severity_named(event.labels.get("severity", "")),
                started_at=event.started_at,
                triggered_at=event.triggered_at,
                is_open=True,
                ticket_only=any("ticket_only" in rule.said for rule in event.applied),
                labels=event.labels,
                annotations=event.annotations,
            )
        case AlertHeld():
            return _held(event)
        case AlertReleased():
            return replace(alert, is_released=True)
        case AlertResolved():
            return ended(alert, event.resolved_at, event.ending)
        case AlertPassed():
            return ended(alert, event.passed_at, event.ending)
        case AlertMoved():
            return replace(alert, incident_id=event.incident_id, ticket_only=False)
        case AlertAmended():
            return replace(
                alert,
                title=event.title,
                severity=severity_named(event.labels.get("severity", "")),
                labels=event.labels,
                annotations=event.annotations,
            )
        case _:
            assert_never(event)


def _held(event: AlertHeld) -> Alert:
    return Alert(
        alert_id=event.alert_id,
        integration_id=event.integration_id,
        title=event.title,
        severity=event.severity,
        started_at=event.started_at,
        triggered_at=event.hold.since,
        held=event,
        labels=event.labels,
        annotations=event.annotations,
    )


def ended(alert: Alert, at: datetime, ending: AlertEnding) -> Alert:
    """Return the alert after its occurrence has ended."""
    return Alert(
        alert_id=alert.alert_id,
        integration_id=alert.integration_id,
        incident_id=alert.incident_id,
        title=alert.title,
        severity=alert.severity,
        started_at=alert.started_at,
        triggered_at=alert.triggered_at,
        resolved_at=at,
        ending=ending,
    )
