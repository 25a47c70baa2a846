"""What the watch over roles and status updates does when its time has come."""

from typing import assert_never

from events.incident.events import IncidentEvent
from events.incident.state import Incident
from events.incident.status_updates.rules import watch_updates
from events.incident.watch.commands import (
    MissStatusUpdate,
    NoticeUnfilledRoles,
    RemindOfUpdate,
    WatchCommand,
)
from events.incident.watch.vacancies import notice_unfilled_roles


def decide_watch(command: WatchCommand, incident: Incident) -> list[IncidentEvent]:
    """Return the facts a command of the watch leads to; none if it is already so."""
    match command:
        case NoticeUnfilledRoles():
            return notice_unfilled_roles(command, incident)
        case RemindOfUpdate() | MissStatusUpdate():
            return watch_updates(command, incident)
        case _:
            assert_never(command)
