"""Link rules: one https address each, and not too many."""

from typing import Final

from events.errors import LinkRefused
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.links.commands import AddLink, RemoveLink
from events.incident.links.events import IncidentLinkAdded, IncidentLinkRemoved
from events.incident.require import live
from events.incident.state import Incident
from events.values.links import is_safe_url

MOST: Final = 50  # links of one incident


def add_link(command: AddLink, incident: Incident) -> list[IncidentEvent]:
    """Put a link on the incident.

    Raises: LinkRefused.
    """
    incident_id = live(incident)
    if command.link in incident.links:
        return []
    if not is_safe_url(command.link.url):
        raise LinkRefused("Give one https address, without a password and without spaces.")
    if len(incident.links) >= MOST:
        raise LinkRefused(f"An incident has at most {MOST} links: remove one first.")
    return [
        IncidentLinkAdded(
            incident_id=incident_id,
            link=command.link,
            added_by=command.actor.name,
            added_at=command.at,
        )
    ]


def remove_link(command: RemoveLink, incident: Incident) -> list[IncidentEvent]:
    """Take a link away; one that is not there is away already."""
    incident_id = live(incident)
    if all(link.url != command.url for link in incident.links):
        return []
    return [
        IncidentLinkRemoved(
            incident_id=incident_id,
            url=command.url,
            removed_by=command.actor.name,
            removed_at=command.at,
        )
    ]


RULES: Rules = {
    AddLink: add_link,
    RemoveLink: remove_link,
}
