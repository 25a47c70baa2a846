"""Alert group state, folded from its events: the incident its alerts go to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from events.alert_group.events import AlertGroupEvent, AlertGroupJoined, AlertGroupOpened
from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertGroup:
    """An alert group as its rules see it."""

    incident_id: IncidentId | None = None
    opened_at: datetime | None = None  # when its alerts began to go there
    joined_at: datetime | None = None  # when the last ones came, where its window rolls

    def is_past(self, window: timedelta | None, at: datetime, *, rolling: bool = False) -> bool:
        """Return whether its incident takes no more alerts, as it has taken them for so long.

        A window that rolls counts from the last alerts that came, any other from the first.
        """
        begun = self.joined_at if rolling and self.joined_at else self.opened_at
        return window is not None and begun is not None and at - begun >= window


INITIAL = AlertGroup()


def evolve(_group: AlertGroup, event: AlertGroupEvent) -> AlertGroup:
    """Return the group after the event; never refuses."""
    match event:
        case AlertGroupOpened():
            return AlertGroup(incident_id=event.incident_id, opened_at=event.opened_at)
        case AlertGroupJoined():
            return AlertGroup(
                incident_id=event.goes_to,
                opened_at=event.opened_at,
                joined_at=event.joined_at,
            )
        case _:
            assert_never(event)
