"""Public posts: what customers are told of an incident, in words written for them."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from events.ids import IncidentId, StatusPageId
from events.public_post.commands import Affected, CorrectPublicPost, PublishPublicPost
from events.public_post.decide import AGGREGATE, public_post_decider
from events.public_post.words import ComponentStatus, PublicState
from projections.communication import public_posts
from projections.communication.public_posts import PublicPost, find_public_incident
from services.access.permissions import Permission
from services.api.http.dependencies import Deps
from services.api.http.formats import Choice, Instant, Line, Name, Strict, Text, View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import ExistingIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.status_pages.pages import MOST_COMPONENTS
from services.api.resources.status_pages.standing import (
    public_id_of,
    require_components,
    standing_of,
)
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("status pages")

POSTS: Final = "/v1/incidents/{incident_id}/public-posts"
READ: Final = [requires(Permission.INCIDENT_READ)]
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]
MOST_PAGES: Final = 20


class AffectedBody(Strict):
    """What a component is for customers now."""

    status_page_id: Name
    component_id: Name
    status: Choice[ComponentStatus]


class PublicPostBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "status_page_ids": ["acme"],
                "title": "Payments fail for some customers",
                "state": "investigating",
                "text": "Some card payments fail since 14:20 UTC. Trying again later works.",
                "affected": [
                    {
                        "status_page_id": "acme",
                        "component_id": "checkout",
                        "status": "partial_outage",
                    }
                ],
                "next_post_at": "2026-11-23T15:00:00Z",
            }
        ]
    },
):
    """What customers are told. Everybody in the world reads it: write it for them."""

    status_page_ids: Annotated[
        tuple[Name, ...],
        Field(
            max_length=MOST_PAGES,
            strict=False,
            description="Pages that are told of the incident; those that were stay.",
        ),
    ] = ()
    title: Annotated[
        Line | None, Field(description="Of the incident, for customers. Null: as before.")
    ] = None
    state: Choice[PublicState]
    text: Annotated[Text, Field(description="Plain text; blank lines part paragraphs.")]
    affected: Annotated[
        tuple[AffectedBody, ...],
        Field(
            max_length=MOST_PAGES * MOST_COMPONENTS,
            strict=False,
            description="Every component that is not as it should be; the others work.",
        ),
    ] = ()
    next_post_at: Annotated[
        Instant | None, Field(description="When the next word comes. Null: no promise.")
    ] = None
    reopens: Annotated[
        bool, Field(description="It is back, or worse again than the post before said.")
    ] = False


class CorrectionBody(
    Strict, json_schema_extra={"examples": [{"text": "Some card payments fail since 14:02 UTC."}]}
):
    """What a post shall say; customers see that it was corrected."""

    text: Text


class AffectedView(View):
    """What a component is for customers."""

    status_page_id: str
    component_id: str
    status: ComponentStatus


class PublicPostView(View):
    """What customers were told, as it reads now."""

    number: int
    state: PublicState
    text: str
    affected: list[AffectedView]
    next_post_at: datetime | None
    published_by: str
    published_at: datetime
    corrected_by: str | None
    corrected_at: datetime | None


class PublicPostList(View):
    """Everything customers were told of an incident."""

    public_id: UUID | None  # of the incident in public addresses
    title: str | None
    state: PublicState | None
    status_page_ids: list[str]
    posts: list[PublicPostView]


@router.get(POSTS, dependencies=READ)
async def list_public_posts(
    reads: TheReads, incident_id: ExistingIncident, query: Annotated[ReadQuery, Query()]
) -> PublicPostList:
    """List what customers were told of an incident, oldest first."""
    async with reads.of(query, public_posts.NAME, incident_id=incident_id) as connection:
        row = await find_public_incident(connection, incident_id)
    if row is None:
        return PublicPostList(public_id=None, title=None, state=None, status_page_ids=[], posts=[])
    return PublicPostList(
        public_id=row.public_id,
        title=row.title,
        state=row.state,
        status_page_ids=list(row.status_page_ids),
        posts=[_shown(post) for post in row.posts],
    )


@router.post(POSTS, dependencies=WRITE, response_model=Receipt)
async def publish_public_post(
    dependencies: Deps,
    incident_id: ExistingIncident,
    body: PublicPostBody,
    change: TheConfigurationChange,
) -> Response:
    """Tell customers something; it is on the status pages some seconds later.

    Private incidents and drills are refused. An older state after a newer one is, too, unless the
    post says that it is back.
    """
    pages = tuple(map(StatusPageId, body.status_page_ids))
    affected = tuple(_affected(one) for one in body.affected)
    await require_components(dependencies.log, pages, affected)
    standing = await standing_of(dependencies.log, incident_id)
    command = PublishPublicPost(
        incident_id=incident_id,
        public_id=public_id_of(incident_id),
        status_page_ids=pages,
        title=body.title,
        state=body.state,
        text=body.text,
        affected=affected,
        next_post_at=body.next_post_at,
        reopens=body.reopens,
        private=standing.private,
        drill=standing.drill,
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(public_post_decider, AGGREGATE.stream(incident_id), command)


@router.put(f"{POSTS}/{{number}}", dependencies=WRITE, response_model=Receipt)
async def correct_public_post(
    incident_id: ExistingIncident,
    number: Annotated[int, Field(ge=1, le=2**31 - 1)],
    body: CorrectionBody,
    change: TheConfigurationChange,
) -> Response:
    """Correct the text of a post. Customers see that it was corrected, and when."""
    command = CorrectPublicPost(number=number, text=body.text, actor=change.actor, at=change.at)
    stream = AGGREGATE.stream(IncidentId(incident_id))
    return await change.receipt(public_post_decider, stream, command)


def _affected(body: AffectedBody) -> Affected:
    return Affected(
        status_page_id=StatusPageId(body.status_page_id),
        component_id=body.component_id,
        status=body.status,
    )


def _shown(post: PublicPost) -> PublicPostView:
    return PublicPostView.model_validate(post)
