"""Which events of the log a caller asked for, and may see."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.log.recorded import RecordedEvent, UnknownEvent
from projections.keys import incident_of
from services.api.sight import EVERYTHING, Sight

# What those may see who read incidents; configuration and keys are for auditors.
OF_INCIDENTS: Final = frozenset({"incident", "notes", "page", "paging", "alert"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which events; what is None, or empty, leaves nothing out."""

    types: frozenset[str] = frozenset()
    stream: str | None = None  # one stream, or the noun that many begin with
    incident_id: UUID | None = None
    nouns: frozenset[str] | None = None  # that the caller may see
    sight: Sight = EVERYTHING  # the caller's: `admits` does not ask, since it may change any time

    def admits(self, event: RecordedEvent) -> bool:
        """Say whether the event is one of them."""
        noun = event.stream.partition("-")[0]
        return (
            (self.nouns is None or noun in self.nouns)
            and (not self.types or event.type in self.types)
            and (self.stream is None or self.stream in {noun, event.stream})
            and (self.incident_id is None or _is_about(event, self.incident_id))
        )


def _is_about(event: RecordedEvent, incident_id: UUID) -> bool:
    if str(incident_id).encode() not in event.payload:  # most are about something else
        return False
    return incident_in(event) == incident_id


def incident_in(event: RecordedEvent) -> UUID | None:
    """Return the incident that a stored event is about, None if it is about none."""
    raw = UnknownEvent(type=event.type, schema_version=event.schema_version, payload=event.payload)
    return incident_of(raw)
