"""Page views: one escalation, who was paged with its level, and whom it pages next and when."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from events.page.purpose import Purpose
from projections.incidents.facets.pages import PageState
from services.api.http.formats import View


class NextTargetView(View):
    """Target of the next level: who it is, is found when the level is reached."""

    responder_id: str | None
    schedule_id: str | None
    turn: str
    team_id: str | None


class NextLevelView(View):
    """Next level of a page: when it is paged unless somebody answers before."""

    round: int
    level: int
    at: datetime
    targets: list[NextTargetView]


class PageView(View):
    """Page: one escalation, and which level and round it reached."""

    page_id: UUID
    number: int
    state: PageState
    round: int
    level: int
    levels: int
    reached_at: Annotated[datetime | None, Field(description="When its level was paged.")]
    purpose: Purpose
    ask: Annotated[str, Field(description="Empty: to take the incident, and no more.")]
    acknowledged_by: str | None
    started_at: datetime
    ended_at: datetime | None
    paged: Annotated[list[str], Field(description="Who was paged with the level it is on.")]
    next_level: Annotated[
        NextLevelView | None, Field(description="Null where nothing follows, or it has ended.")
    ]
