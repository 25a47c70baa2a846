"""Tracker sentences: where action items become issues."""

from events.configuration.tracker import TrackerDefined, TrackerRemoved
from projections.sentences.words import person, words


@words.register
def _(event: TrackerDefined) -> str:
    where = f"{event.project} at {event.site}"
    return f"{person(event.defined_by)} set up tracker {event.tracker_id}: {where}"


@words.register
def _(event: TrackerRemoved) -> str:
    return f"{person(event.removed_by)} removed tracker {event.tracker_id}"
