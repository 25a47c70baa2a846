"""Alerts of an incident, as its detail shows them."""

from collections.abc import Hashable
from uuid import UUID

from msgspec.structs import replace

from events.alert.events import AlertEnding, AlertHeld, AlertMoved, AlertResolved, AlertTriggered
from events.log.recorded import Recorded
from events.routing.decision import AppliedRule
from projections.engine.rows import Moment, Row, same_named


class AlertOfIncident(Row, frozen=True, kw_only=True):
    """An alert's newest occurrence in one incident; it may fire again in another."""

    id: str  # incident and alert
    incident_id: UUID
    alert_id: UUID
    title: str
    started_at: Moment
    ended_at: Moment | None = None  # None while it fires
    ending: AlertEnding | None = None  # why it is over
    moved_to: UUID | None = None  # the incident it fires on in: this one was merged or over
    held_at: Moment | None = None  # from when on it fires outside of any incident: this one is over
    applied: tuple[AppliedRule, ...] = ()  # routing rules that had a say; none where it moved to


def alerts_of(event: object) -> tuple[str, ...]:
    """Return the key of the alert in its incident, for an event of an alert."""
    match event:
        case AlertMoved():
            incidents = (event.from_incident_id, event.incident_id)
            return tuple(f"{incident_id}/{event.alert_id}" for incident_id in incidents)
        case AlertTriggered() | AlertResolved():
            return (f"{event.incident_id}/{event.alert_id}",)
        case AlertHeld(incident_id=left) if left is not None:
            return (f"{left}/{event.alert_id}",)
        case _:
            return ()


def evolve_alert(
    row: AlertOfIncident | None, recorded: Recorded[object], key: Hashable
) -> AlertOfIncident | None:
    """Return the alert after the event."""
    match recorded.event:
        case AlertMoved() as event if row is not None and row.incident_id != event.incident_id:
            return replace(row, moved_to=event.incident_id)
        case AlertHeld() as event if row is not None:
            return replace(row, held_at=event.held_at)
        case AlertTriggered() | AlertMoved() as event:
            return AlertOfIncident(id=str(key), **same_named(event, AlertOfIncident))
        case AlertResolved() as event if row is not None:
            return replace(row, ended_at=event.ended_at, ending=event.ending)
        case _:
            return row
