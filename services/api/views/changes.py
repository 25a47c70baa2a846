"""Change views: deployments and other changes as the API shows them."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from events.values.links import LinkKind
from projections.incidents.changes import SuspectedChange
from services.api.http.formats import View


class LinkView(View):
    """One place to look."""

    kind: LinkKind
    title: str
    url: str


class ChangeView(View):
    """Something that was deployed, switched or set."""

    change_id: UUID
    integration_id: str
    service_id: str
    summary: str
    source: str
    happened_at: datetime
    reported_at: datetime
    details: dict[str, str]
    links: list[LinkView]


class ChangeList(View):
    """A page of changes, the one reported last first."""

    changes: list[ChangeView]
    next_cursor: str | None


class SuspectedChangeView(View):
    """A change shortly before the incident."""

    change: ChangeView
    seconds_before: Annotated[
        int,
        BeforeValidator(
            lambda before: int(before.total_seconds()) if isinstance(before, timedelta) else before
        ),
        Field(
            validation_alias="before",
            description="The detection; negative: it was reported a little after it.",
        ),
    ]
    same_service: bool


class RecentChanges(View):
    """What changed before the incident: its service's first, of these the nearest in time."""

    changes: list[SuspectedChangeView]


def recent_changes(suspected: tuple[SuspectedChange, ...]) -> RecentChanges:
    """Return the changes as the answer shows them."""
    return RecentChanges(changes=[SuspectedChangeView.model_validate(one) for one in suspected])
