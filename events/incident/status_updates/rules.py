"""Status update rules: each promises the next one, and a promise is watched."""

from datetime import datetime, timedelta
from typing import Final

from events.errors import DeadlineNotDue, StatusUpdateCorrected, StatusUpdateUnknown
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.modes import Mode
from events.incident.require import live
from events.incident.roles.events import Role
from events.incident.state import Incident
from events.incident.status_updates.commands import (
    MissStatusUpdate,
    PublishStatusUpdate,
    RemindOfUpdate,
)
from events.incident.status_updates.events import (
    StatusUpdateMissed,
    StatusUpdatePublished,
    StatusUpdateReminded,
)
from events.incident.watch.reminders import WRITERS, holders, reminder, reminders_cancelled

ABOUT: Final = "status_update"
REMINDER: Final = timedelta(minutes=5)  # before it is due, or a third of the time there is


def publish_status_update(command: PublishStatusUpdate, incident: Incident) -> list[IncidentEvent]:
    """Publish the next internal update, with severity and phase as they are now.

    Where nothing is promised, the policy's cadence promises the next one, until it is resolved.
    Raises: StatusUpdateUnknown, StatusUpdateCorrected.
    """
    incident_id = live(incident)
    if command.corrects is not None:
        _require_correctable(command.corrects, incident)
    published = StatusUpdatePublished(
        incident_id=incident_id,
        number=incident.updates + 1,
        severity=incident.severity,
        phase=incident.phase,
        impact=command.impact,
        current_actions=command.current_actions,
        next_update_at=command.next_update_at or _next_after(command.at, incident),
        published_by=command.actor.name,
        published_at=command.at,
        corrects=command.corrects,
    )
    reason = f"status update {published.number} is published"
    return [published, *reminders_cancelled(ABOUT, reason, incident, command)]


def _require_correctable(number: int, incident: Incident) -> None:
    """Refuse to correct what is not there, and what another correction took the place of.

    Raises: StatusUpdateUnknown, StatusUpdateCorrected.
    """
    if number > incident.updates:
        last = f"the newest is update {incident.updates}" if incident.updates else "there is none"
        raise StatusUpdateUnknown(f"No update {number} was published yet: {last}.")
    newest = number
    while (newer := incident.updates_corrected.get(newest)) is not None:
        newest = newer
    if newest != number:
        raise StatusUpdateCorrected(
            f"Update {number} was corrected already: correct update {newest}."
        )


def update_due_at(incident: Incident) -> datetime | None:
    """Return when the next status update is due; None while nobody waits for one."""
    watch = incident.watch
    over = incident.ended or incident.resolved or incident.mode is Mode.BACKFILLED
    if incident.policy is None or watch.staffed_at is None or over:
        return None
    if watch.promised_at is not None:
        return watch.promised_at
    begun = max(watch.staffed_at, watch.severity_at or watch.staffed_at)
    return _next_after(max(begun, watch.published_at or begun), incident)


def reminder_at(incident: Incident, due_at: datetime) -> datetime:
    """Return when to remind whoever writes the update."""
    since = incident.watch.published_at or incident.watch.staffed_at or due_at
    return due_at - min(REMINDER, max(due_at - since, timedelta(0)) / 3)


def remind_of_update(command: RemindOfUpdate, incident: Incident) -> list[IncidentEvent]:
    """Remind of an update that is due soon; nothing if it is published, or due at another time.

    Raises: DeadlineNotDue.
    """
    incident_id, due_at, watch = live(incident), command.due_at, incident.watch
    if update_due_at(incident) != due_at or due_at in {watch.reminded_of, watch.missed}:
        return []
    if command.at < reminder_at(incident, due_at):
        raise DeadlineNotDue(f"The update is due at {due_at.isoformat()}: not soon.")
    return [
        StatusUpdateReminded(incident_id=incident_id, due_at=due_at, reminded_at=command.at),
        *reminder(
            about=ABOUT,
            ask=f"The next status update is due at {due_at:%H:%M} UTC: publish it",
            people=holders(incident, *WRITERS),
            incident=incident,
            command=command,
        ),
    ]


def miss_status_update(command: MissStatusUpdate, incident: Incident) -> list[IncidentEvent]:
    """Escalate an update that did not come; nothing if it is published, or due at another time.

    Raises: DeadlineNotDue.
    """
    incident_id, due_at = live(incident), command.due_at
    if update_due_at(incident) != due_at or incident.watch.missed == due_at:
        return []
    if command.at < due_at:
        raise DeadlineNotDue(f"The update is due at {due_at.isoformat()}, not before.")
    return [
        StatusUpdateMissed(incident_id=incident_id, due_at=due_at, missed_at=command.at),
        *reminders_cancelled(ABOUT, "the incident commander is asked", incident, command),
        *reminder(
            about=ABOUT,
            ask=f"The status update of {due_at:%H:%M} UTC is overdue: see that it comes",
            people=holders(incident, Role.COMMANDER, Role.COMMUNICATIONS),
            incident=incident,
            command=command,
        ),
    ]


def _next_after(since: datetime, incident: Incident) -> datetime | None:
    if incident.policy is None or incident.resolved:
        return None
    every = incident.policy.policy.response_to(incident.severity).update_every
    return None if every is None else since + every


RULES: Rules = {
    PublishStatusUpdate: publish_status_update,
    RemindOfUpdate: remind_of_update,
    MissStatusUpdate: miss_status_update,
}
