"""Alert group state, folded from its events: the incident its alerts go to."""

from dataclasses import dataclass

from events.alert_group.events import AlertGroupOpened
from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertGroup:
    """An alert group as its rules see it."""

    incident_id: IncidentId | None = None


INITIAL = AlertGroup()


def evolve(_group: AlertGroup, event: AlertGroupOpened) -> AlertGroup:
    """Return the group after the event; never refuses."""
    return AlertGroup(incident_id=event.incident_id)
