"""Snooze ending: the fact that it is over, for whichever reason."""

from datetime import datetime

from events.incident.events import IncidentEvent
from events.incident.grammar import Given
from events.incident.pages.rules import page_cancelled
from events.incident.require import live
from events.incident.snooze.events import IncidentSnoozeEnded
from events.incident.state import Incident
from events.values.severity import Severity, is_worse


def snooze_ended(
    reason: str, incident: Incident, command: Given, *, but_its_page: bool = False
) -> list[IncidentEvent]:
    """Return the end of the snooze and of the page that waits for it; nothing if there is none.

    Whoever had the incident has it still, if it is they who end the snooze.
    """
    snooze = incident.snooze
    if snooze is None:
        return []
    ended = IncidentSnoozeEnded(
        incident_id=live(incident),
        until=snooze.until,
        reason=reason,
        still_had=incident.acknowledged_by == command.actor.name,
        ended_by=command.actor.name,
        ended_at=command.at,
    )
    if snooze.page_number is None or but_its_page:
        return [ended]
    return [ended, *page_cancelled(snooze.page_number, reason, incident, command)]


def woken_by(severity: Severity | None, incident: Incident, command: Given) -> list[IncidentEvent]:
    """Return the end of a snooze whose incident got worse: it was put off as a milder one."""
    if severity is None or not is_worse(severity, incident.severity):
        return []
    return snooze_ended(f"it is {severity} now", incident, command)


def had_by(incident: Incident, at: datetime) -> str | None:
    """Return who has the incident; nobody from the end of a snooze on, also before it is noted."""
    snooze = incident.snooze
    return None if snooze is not None and at >= snooze.until else incident.acknowledged_by
