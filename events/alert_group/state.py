"""Alert group state, folded from its events: the incident its alerts go to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from events.alert_group.events import AlertGroupOpened
from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertGroup:
    """An alert group as its rules see it."""

    incident_id: IncidentId | None = None
    opened_at: datetime | None = None  # when its alerts began to go there

    def is_past(self, window: timedelta | None, at: datetime) -> bool:
        """Return whether its incident takes no more alerts, as it has taken them for so long."""
        return window is not None and self.opened_at is not None and at - self.opened_at >= window


INITIAL = AlertGroup()


def evolve(_group: AlertGroup, event: AlertGroupOpened) -> AlertGroup:
    """Return the group after the event; never refuses."""
    return AlertGroup(incident_id=event.incident_id, opened_at=event.opened_at)
