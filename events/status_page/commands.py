"""Status page commands: make one or change it, and take it down."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import ServiceId, StatusPageId, TeamId


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part of what customers use, as they call it, and the services that it stands on."""

    component_id: str
    name: str
    description: str
    group: str | None  # the heading it stands under
    service_ids: tuple[ServiceId, ...]  # never shown to customers


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineStatusPage:
    """Make the page, or replace what is known of it."""

    status_page_id: StatusPageId
    name: str
    team_id: TeamId | None
    components: tuple[Component, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveStatusPage:
    """Take the page down."""

    status_page_id: StatusPageId
    actor: Actor
    at: datetime


type StatusPageCommand = DefineStatusPage | RemoveStatusPage
