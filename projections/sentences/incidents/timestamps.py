"""Timestamp sentences: corrected times."""

from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import was
from projections.sentences.words import clock, person, words


@words.register
def _(event: IncidentTimestampCorrected) -> str:
    who, before = person(event.corrected_by), event.previously_at
    since = f" from {clock(before)}" if before else ""
    time = f"{since} to {clock(event.happened_at)}"
    return f"{who} corrected when the incident {was(event.name)}{time}: {event.reason}"
