"""Links that people put on an incident: the facts and the wishes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import IncidentId
from events.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLinkAdded:
    """Somebody said where to look: a runbook, a dashboard, a deployment."""

    incident_id: IncidentId
    link: Link
    added_by: str
    added_at: datetime
    type: Literal["incident.link_added"] = "incident.link_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLinkRemoved:
    """A link led nowhere, or to the wrong place."""

    incident_id: IncidentId
    url: str
    removed_by: str
    removed_at: datetime
    type: Literal["incident.link_removed"] = "incident.link_removed"


LINK_EVENTS: tuple[type, ...] = (IncidentLinkAdded, IncidentLinkRemoved)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLink:
    """Say where to look; an address that is there already gets its new title."""

    link: Link
    actor: Actor
    at: datetime
    kind: Literal["add_link"] = "add_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveLink:
    """Take a link away."""

    url: str
    actor: Actor
    at: datetime
    kind: Literal["remove_link"] = "remove_link"


def links_after(links: tuple[Link, ...], event: object) -> tuple[Link, ...]:
    """Return the links after an event, each address once, in the order they came."""
    match event:
        case IncidentLinkAdded():
            others = tuple(one for one in links if one.url != event.link.url)
            return (*others, event.link)
        case IncidentLinkRemoved():
            return tuple(one for one in links if one.url != event.url)
        case _:
            return links
