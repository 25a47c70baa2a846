"""Snooze state: until when nobody is to be paged, and the page that waits for that time."""

from dataclasses import dataclass
from datetime import datetime

from events.incident.events import (
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeclined,
    IncidentResolved,
)
from events.incident.pages.events import IncidentPageRequested
from events.incident.relations.events import IncidentMerged
from events.incident.snooze.events import IncidentSnoozed, IncidentSnoozeEnded
from events.page.purpose import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """A snooze that lasts."""

    until: datetime
    page_number: int | None


def snooze_after(snooze: Snooze | None, event: object) -> Snooze | None:
    """Return the snooze after any event of the incident; never refuses.

    Whoever takes the incident is awake, and so is whoever asks anew who takes it.
    """
    match event:
        case IncidentSnoozed():
            return Snooze(until=event.until, page_number=event.page.number if event.page else None)
        case (
            IncidentSnoozeEnded()
            | IncidentAcknowledged()
            | IncidentResolved()
            | IncidentDeclined()
            | IncidentClosed()
            | IncidentMerged()
            | IncidentPageRequested(purpose=Purpose.RESPONSE)
        ):
            return None
        case _:
            return snooze
