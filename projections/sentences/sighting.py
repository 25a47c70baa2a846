"""Sighting sentences."""

from events.sighting.events import SightingRecorded
from projections.sentences.words import person, words


@words.register
def _(event: SightingRecorded) -> str:
    return f"{person(event.seen_by)} read the private incident, by {event.first_read}"
