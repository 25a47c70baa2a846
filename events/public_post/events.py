"""Public post events: published, and corrected."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from events.ids import IncidentId, StatusPageId
from events.public_post.commands import Affected
from events.public_post.words import PublicState


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPostPublished:
    """Customers were told something of an incident."""

    incident_id: IncidentId
    public_id: UUID  # of the incident in public addresses
    number: int  # from 1
    status_page_ids: tuple[StatusPageId, ...]  # every one that was ever told of the incident
    title: str  # of the incident, for customers
    state: PublicState
    text: str  # plain
    affected: tuple[Affected, ...]  # everything that is not as it should be
    next_post_at: datetime | None  # when the next word comes; None: no time was promised
    reopens: bool  # it is worse again than the post before said
    published_by: str  # never shown to customers
    published_at: datetime
    type: Literal["public_post.published"] = "public_post.published"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPostCorrected:
    """A post says something else now; customers see that, and when, it was corrected."""

    incident_id: IncidentId
    number: int
    text: str
    corrected_by: str  # never shown to customers
    corrected_at: datetime
    type: Literal["public_post.corrected"] = "public_post.corrected"


type PublicPostEvent = PublicPostPublished | PublicPostCorrected

PUBLIC_POST_EVENTS: tuple[type, ...] = (PublicPostPublished, PublicPostCorrected)
