"""Subscription views: subscriptions and status updates as the API shows them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from events.incident.phases import Phase
from events.values.severity import Severity
from projections.communication.status_update_text import Briefing, markdown, plain
from projections.communication.status_updates import (
    PublishedUpdate,
    StatusUpdates,
    briefing,
    correction_of,
)
from projections.communication.subscriptions import SubscriptionRow
from services.api.http.formats import View
from services.api.views.rows import shows


@shows(SubscriptionRow)
class SubscriptionView(View):
    """Who is sent the status updates of which incidents."""


class SubscriptionList(View):
    """The subscriptions, the ended ones too, by id."""

    subscriptions: list[SubscriptionView]


class WrittenUpdate(View):
    """What a status update says, and how it reads."""

    severity: Severity | None
    status: Annotated[str, Field(examples=["Investigating"])]
    duration_seconds: int
    impact: str
    current_actions: str
    next_update_at: datetime | None
    markdown: str
    text: str


class NewerUpdateView(View):
    """The newer update that took the place of one."""

    number: int
    published_by: str
    published_at: datetime


class PublishedUpdateView(WrittenUpdate):
    """A status update as it was published."""

    number: int
    phase: Phase
    published_by: str
    published_at: datetime
    corrects: Annotated[
        int | None, Field(description="Number of the earlier update whose place it takes.")
    ]
    corrected: Annotated[
        NewerUpdateView | None, Field(description="What took its place; null while it stands.")
    ]


class StatusUpdateList(View):
    """Every internal status update, oldest first."""

    status_updates: list[PublishedUpdateView]


def written(briefing: Briefing) -> WrittenUpdate:
    """Return an update in words."""
    return WrittenUpdate(
        severity=briefing.severity,
        status=briefing.status,
        duration_seconds=max(int(briefing.lasted.total_seconds()), 0),
        impact=briefing.impact,
        current_actions=briefing.current_actions,
        next_update_at=briefing.next_update_at,
        markdown=markdown(briefing),
        text=plain(briefing),
    )


def published(of: StatusUpdates, update: PublishedUpdate) -> PublishedUpdateView:
    """Return a published update in words."""
    newer = correction_of(of, update)
    return PublishedUpdateView(
        **dict(written(briefing(of, update))),
        number=update.number,
        phase=update.phase,
        published_by=update.published_by,
        published_at=update.published_at,
        corrects=update.corrects,
        corrected=newer
        and NewerUpdateView(
            number=newer.number, published_by=newer.published_by, published_at=newer.published_at
        ),
    )
