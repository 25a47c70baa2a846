"""Watch state: since when roles and status updates are waited for, and what was recorded."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from events.incident.events import IncidentAcknowledged, IncidentEvent, IncidentReopened
from events.incident.roles.events import (
    ResponderJoined,
    RoleAssigned,
    RoleHandedOver,
    RoleUnassigned,
)
from events.incident.severity.events import IncidentSeverityChanged, IncidentTriaged
from events.incident.status_updates.events import (
    StatusUpdateMissed,
    StatusUpdatePublished,
    StatusUpdateReminded,
)
from events.incident.watch.events import RoleUnfilled
from events.values.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The facet of an incident that its watch keeps for itself."""

    staffed_at: datetime | None = None  # since then there is somebody to fill a role and to write
    severity: Severity | None = None
    severity_at: datetime | None = None  # since then it asks for what it asks for
    unassigned: dict[str, datetime] = field(default_factory=dict)  # by role
    notices: dict[str, int] = field(default_factory=dict)  # given about a role that stays empty
    promised_at: datetime | None = None  # the next status update, as it was promised to people
    published_at: datetime | None = None  # the last one, or the reopening since
    reminded_of: datetime | None = None  # the due time that was spoken of last
    missed: datetime | None = None  # the due time that passed last

    @property
    def overdue(self) -> bool:
        """Return whether people wait for a status update that should be there."""
        return self.missed is not None and (
            self.published_at is None or self.missed > self.published_at
        )


def watch_after(watch: Watch, event: IncidentEvent) -> Watch:
    """Return the watch after any event of the incident; never refuses."""
    match event:
        case IncidentAcknowledged():
            return _staffed(watch, event.acknowledged_at)
        case ResponderJoined():
            return _staffed(watch, event.joined_at)
        case IncidentTriaged():
            return _judged(watch, event.severity, event.triaged_at)
        case IncidentSeverityChanged():
            return _judged(watch, event.severity, event.changed_at)
        case RoleAssigned() | RoleHandedOver():
            return replace(watch, notices=_without(watch.notices, event.role))
        case RoleUnassigned():
            unassigned = {**watch.unassigned, event.role: event.unassigned_at}
            notices = _without(watch.notices, event.role)
            return replace(watch, unassigned=unassigned, notices=notices)
        case RoleUnfilled():
            return replace(watch, notices={**watch.notices, event.role: event.notice})
        case StatusUpdatePublished():
            at = event.published_at
            return replace(watch, promised_at=event.next_update_at, published_at=at)
        case IncidentReopened():
            return replace(watch, promised_at=None, published_at=event.reopened_at)
        case StatusUpdateReminded():
            return replace(watch, reminded_of=event.due_at)
        case StatusUpdateMissed():
            return replace(watch, missed=event.due_at)
        case _:
            return watch


def _staffed(watch: Watch, at: datetime) -> Watch:
    return watch if watch.staffed_at is not None else replace(watch, staffed_at=at)


def _judged(watch: Watch, severity: Severity, at: datetime) -> Watch:
    if severity is watch.severity:
        return watch
    return replace(watch, severity=severity, severity_at=at)


def _without(notices: dict[str, int], role: str) -> dict[str, int]:
    return {noticed: count for noticed, count in notices.items() if noticed != role}
