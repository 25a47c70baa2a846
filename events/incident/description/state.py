"""Description state: a monitor's words follow the monitor, a person's stay as they are."""

from dataclasses import dataclass, replace
from typing import Final

from events.incident.description.events import IncidentDescribed
from events.incident.events import IncidentDeclared
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Timestamp

MONITOR: Final = "integration:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Summary of an incident, and who wrote title and summary."""

    summary: str = ""
    by_monitor: bool = False  # monitors may write it anew
    began_by_hand: bool = False  # a person said when it began


def description_after(description: Description, event: object) -> Description:
    """Return the description after any event of the incident."""
    match event:
        case IncidentDeclared():
            return Description(
                summary=event.summary, by_monitor=event.declared_by.startswith(MONITOR)
            )
        case IncidentDescribed():
            return replace(
                description,
                summary=event.summary,
                by_monitor=event.described_by.startswith(MONITOR),
            )
        case IncidentTimestampCorrected(name=Timestamp.BEGAN):
            by_hand = not event.corrected_by.startswith(MONITOR)
            return replace(description, began_by_hand=description.began_by_hand or by_hand)
        case _:
            return description
