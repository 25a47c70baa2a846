"""Public pages for tests: rows as the read models have them, and the files made of them."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from events.ids import ServiceId, StatusPageId
from events.public_post.commands import Affected
from events.public_post.words import ComponentStatus, PublicState
from events.status_page.commands import Component
from projections.communication.public_posts import PublicIncidentRow, PublicPost
from projections.communication.status_pages import StatusPageRow
from services.status_page.facts import PublicPage, page_of
from services.status_page.rendering import files_of

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
INCIDENT = UUID("018f0000-0000-7000-8000-000000000001")
ADDRESS = "https://status.example.org/s/acme"
MARK = "INTERNAL"


def page(*components: str, since: datetime = NOW - timedelta(days=200)) -> StatusPageRow:
    """A page whose every word that customers must not read is marked."""
    return StatusPageRow(
        status_page_id="acme",
        name="Acme",
        team_id=f"{MARK}-team",
        components=tuple(
            Component(
                component_id=f"{MARK}-{name}",
                name=name.title(),
                description="",
                group=None,
                service_ids=(ServiceId(f"{MARK}-service"),),
            )
            for name in components
        ),
        added={f"{MARK}-{name}": since for name in components},
        changed_by=f"account:{MARK}",
        changed_at=since,
        version=7,
        position=4711,
    )


def post(
    number: int,
    state: PublicState,
    at: datetime,
    *,
    text: str = "Some payments fail.",
    next_post_at: datetime | None = None,
    **affected: ComponentStatus,
) -> PublicPost:
    """A post, with the components that it says are affected."""
    return PublicPost(
        number=number,
        state=state,
        text=text,
        affected=tuple(
            Affected(
                status_page_id=StatusPageId("acme"), component_id=f"{MARK}-{name}", status=status
            )
            for name, status in affected.items()
        ),
        next_post_at=next_post_at,
        published_by=f"account:{MARK}",
        published_at=at,
    )


def incident(
    *posts: PublicPost, title: str = "Payments fail", incident_id: UUID = INCIDENT
) -> PublicIncidentRow:
    """What customers were told of an incident."""
    return PublicIncidentRow(
        incident_id=incident_id,
        public_id=uuid5(incident_id, "public"),
        title=title,
        state=posts[-1].state,
        status_page_ids=("acme",),
        posts=posts,
        version=3,
        position=4712,
    )


def public(row: StatusPageRow, *incidents: PublicIncidentRow, at: datetime = NOW) -> PublicPage:
    """The page that customers see of these rows."""
    return page_of(row, incidents, frozenset(), at)


def files(row: StatusPageRow, *incidents: PublicIncidentRow) -> dict[str, str]:
    """Every file of a page, as text."""
    made = files_of(public(row, *incidents), ADDRESS)
    return {path: content.decode() for path, content in made.items()}


def words(html: str) -> str:
    """What a text browser shows."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
