"""Holder of an incident: who took it, until it is given away, put off or asked for anew."""

from events.incident.acknowledgement.events import (
    IncidentAcknowledgementLapsed,
    IncidentUnacknowledged,
)
from events.incident.events import IncidentAcknowledged
from events.incident.pages.events import IncidentPageRequested
from events.incident.reassignment.events import IncidentReassigned
from events.incident.snooze.events import IncidentSnoozeEnded
from events.page.purpose import Purpose


def holder_after(holder: str | None, event: object) -> str | None:
    """Return who has the incident after any event of it, None if nobody has; never refuses."""
    match event:
        case IncidentAcknowledged():
            return event.acknowledged_by
        case IncidentPageRequested(purpose=Purpose.RESPONSE):  # asks anew who takes it
            return None
        case (
            IncidentReassigned()
            | IncidentSnoozeEnded(still_had=False)
            | IncidentAcknowledgementLapsed()
            | IncidentUnacknowledged()
        ):
            return None
        case _:
            return holder
