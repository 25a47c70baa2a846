"""Key of an event: the rows it is about, quarantined when it cannot be applied."""

import json
from uuid import UUID

from events.ids import IncidentId, incident_stream
from events.log.recorded import Recorded, UnknownEvent


def incident_of(event: object) -> UUID | None:
    """Return the incident an event is about, also of an event this program does not know."""
    if not isinstance(event, UnknownEvent):
        return getattr(event, "incident_id", None)
    try:
        fields = json.loads(event.payload)
        return UUID(fields["incident_id"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def incident_key(recorded: Recorded[object]) -> str | None:
    """Return the stream of the incident an event is about, from whatever stream it comes."""
    incident_id = incident_of(recorded.event)
    if incident_id is None:
        return stream_key(recorded, "incident")
    return incident_stream(IncidentId(incident_id))


def stream_key(recorded: Recorded[object], *nouns: str) -> str | None:
    """Return the event's stream, if it is one of these nouns'."""
    noun, _, _ = recorded.stream.partition("-")
    return recorded.stream if noun in nouns else None
