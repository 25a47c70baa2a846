"""What a decision about an alert needs to know, folded from its events."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from events.alert.events import AlertEvent, AlertResolved, AlertTriggered
from events.ids import AlertId, IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert as its rules see it."""

    alert_id: AlertId | None = None
    incident_id: IncidentId | None = None  # of the newest occurrence
    started_at: datetime | None = None  # of the newest occurrence
    is_open: bool = False


INITIAL = Alert()


def evolve(alert: Alert, event: AlertEvent) -> Alert:
    """Return the alert after the event; never refuses."""
    match event:
        case AlertTriggered():
            return Alert(
                alert_id=event.alert_id,
                incident_id=event.incident_id,
                started_at=event.started_at,
                is_open=True,
            )
        case AlertResolved():
            return Alert(
                alert_id=alert.alert_id,
                incident_id=alert.incident_id,
                started_at=alert.started_at,
            )
        case _:
            assert_never(event)
