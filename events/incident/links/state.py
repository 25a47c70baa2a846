"""Link state, folded from the incident's events."""

from events.incident.links.events import IncidentLinkAdded, IncidentLinkRemoved
from events.values.links import Link


def links_after(links: tuple[Link, ...], event: object) -> tuple[Link, ...]:
    """Return the links after an event, each address once, in the order they came."""
    match event:
        case IncidentLinkAdded():
            others = tuple(link for link in links if link.url != event.link.url)
            return (*others, event.link)
        case IncidentLinkRemoved():
            return tuple(link for link in links if link.url != event.url)
        case _:
            return links
