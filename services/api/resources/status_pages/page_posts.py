"""Posts of a status page: what its readers were told of all incidents, the newest first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field

from events.public_post.words import PublicState
from events.status_page.decide import StatusPageNotFound
from projections.communication import public_posts, status_pages
from projections.communication.public_posts import PostOnPage, list_public_incidents, posts_from
from projections.communication.status_pages import StatusPageRow, find_status_page
from projections.incidents import board
from projections.incidents.board import BOARD, BoardRow
from services.access.permissions import Permission
from services.access.visibility import private_now
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps
from services.api.http.formats import Name, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import PageQuery, TheReads
from services.api.resources.status_pages.pages import PAGE
from services.api.resources.status_pages.public_posts import AffectedView

router = api_router("status pages")

READ: Final = [requires(Permission.INCIDENT_READ)]
READ_MODELS: Final = (public_posts.NAME, status_pages.NAME, board.NAME)


class PagePostView(View):
    """What the readers of a page were told once, as it reads now."""

    public_id: Annotated[UUID, Field(description="Of the incident in public addresses.")]
    title: Annotated[str, Field(description="Of the incident, as customers know it.")]
    incident_id: Annotated[
        UUID | None, Field(description="Null: an incident that the caller may not know of.")
    ]
    reference: str | None
    number: Annotated[int, Field(description="Of the post, among those of its incident.")]
    state: PublicState
    text: str
    affected: Annotated[list[AffectedView], Field(description="Components of this page only.")]
    next_post_at: datetime | None
    published_by: Annotated[str | None, Field(description="Null where `incident_id` is.")]
    published_at: datetime
    corrected_by: str | None
    corrected_at: datetime | None


class PagePostList(View):
    """What the readers of a status page were told."""

    posts: list[PagePostView]
    names: dict[str, str]  # of the integrations and API keys among the authors
    next_cursor: str | None


@router.get(f"{PAGE}/public-posts", dependencies=READ)
async def list_status_page_posts(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    status_page_id: Name,
    query: Annotated[PageQuery, Query()],
) -> PagePostList:
    """List what the readers of a page were told, newest first.

    Like the page itself it has nothing of an incident that became private. Everybody else may read
    what customers read; which incident of ours it was is told to whoever may know of it.
    """
    private = await private_now(dependencies)
    async with reads.of(query, *READ_MODELS) as connection:
        page = await find_status_page(connection, status_page_id)
        if page is None:
            raise StatusPageNotFound(f"No such status page: {status_page_id}.")
        incidents = await list_public_incidents(connection, status_page_id)
        public = [one for one in incidents if one.incident_id not in private]
        part = posts_from(public, query.cursor, query.limit)
        known = await BOARD.load(connection, sorted({one.incident_id for one in part.rows}))
    private = await private_now(dependencies)  # also what became private meanwhile
    hidden = await reads.hidden(query, caller.visibility)
    shown = [one for one in part.rows if one.incident_id not in private]
    views = [_shown(one, page, known) for one in shown]
    seen = [_unnamed(one) if one.incident_id in hidden else one for one in views]
    authors = [name for one in seen for name in (one.published_by, one.corrected_by)]
    names = await reads.names_in(query, authors)
    return PagePostList(posts=seen, names=dict(names.by_principal), next_cursor=part.next_cursor)


def _shown(one: PostOnPage, page: StatusPageRow, known: Mapping[Any, BoardRow]) -> PagePostView:
    post, row = one.post, known.get(one.incident_id)
    components = {component.component_id for component in page.components}
    return PagePostView(
        public_id=one.public_id,
        title=one.title,
        incident_id=one.incident_id,
        reference=row.reference or None if row else None,
        number=post.number,
        state=post.state,
        text=post.text,
        affected=[
            AffectedView.model_validate(each)
            for each in post.affected
            if each.status_page_id == page.status_page_id and each.component_id in components
        ],
        next_post_at=post.next_post_at,
        published_by=post.published_by,
        published_at=post.published_at,
        corrected_by=post.corrected_by,
        corrected_at=post.corrected_at,
    )


def _unnamed(view: PagePostView) -> PagePostView:
    """Return a post without what its incident would be known by."""
    nothing = ("incident_id", "reference", "published_by", "corrected_by")
    return view.model_copy(update=dict.fromkeys(nothing))
