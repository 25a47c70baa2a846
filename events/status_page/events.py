"""Status page events: defined, and removed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import StatusPageId, TeamId
from events.status_page.commands import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPageDefined:
    """Customers are shown this page, with these parts."""

    status_page_id: StatusPageId  # also its name in its address
    name: str
    team_id: TeamId | None  # whose page it is; None: the organisation's
    components: tuple[Component, ...]  # in the order they are shown
    defined_by: str
    defined_at: datetime
    type: Literal["status_page.defined"] = "status_page.defined"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPageRemoved:
    """Customers are not shown this page any more."""

    status_page_id: StatusPageId
    removed_by: str
    removed_at: datetime
    type: Literal["status_page.removed"] = "status_page.removed"


type StatusPageEvent = StatusPageDefined | StatusPageRemoved
