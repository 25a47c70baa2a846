"""Link sentences."""

from events.incident.links.events import IncidentLinkAdded, IncidentLinkRemoved
from projections.sentences.words import person, words


@words.register
def _(event: IncidentLinkAdded) -> str:
    return f"{person(event.added_by)} added the {event.link.kind} link {event.link.title}"


@words.register
def _(event: IncidentLinkRemoved) -> str:
    return f"{person(event.removed_by)} removed the link {event.url}"
