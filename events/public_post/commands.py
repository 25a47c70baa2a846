"""Public post commands: say something to customers, and correct what was said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.actor import Actor
from events.ids import IncidentId, StatusPageId
from events.public_post.words import ComponentStatus, PublicState


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """What a component of a page is for customers while a post is the newest."""

    status_page_id: StatusPageId
    component_id: str
    status: ComponentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPublicPost:
    """Tell customers something; nothing of it is taken from what the team wrote for itself."""

    incident_id: IncidentId
    public_id: UUID  # of the incident in public addresses
    status_page_ids: tuple[StatusPageId, ...]  # none: those that were told before
    title: str | None  # for customers; None: as before
    state: PublicState
    text: str
    affected: tuple[Affected, ...]
    next_post_at: datetime | None
    reopens: bool  # it is worse again than the post before said
    private: bool  # whether the incident is, now
    drill: bool
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectPublicPost:
    """Have a post say something else; nothing but its words changes."""

    number: int
    text: str
    actor: Actor
    at: datetime


type PublicPostCommand = PublishPublicPost | CorrectPublicPost
