"""Paging events: degraded and recovered, before any page exists (P2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingDegraded:
    """The incident needs a page that cannot start: whoever sees this calls people by hand."""

    incident_id: IncidentId
    waiting_since: datetime
    reason: str
    degraded_at: datetime
    type: Literal["paging.degraded"] = "paging.degraded"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingRestored:
    """Paging is restored: the page that was due has started."""

    incident_id: IncidentId
    restored_at: datetime
    type: Literal["paging.restored"] = "paging.restored"


type PagingEvent = PagingDegraded | PagingRestored

PAGING_EVENTS: tuple[type, ...] = (PagingDegraded, PagingRestored)
