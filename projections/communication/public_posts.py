"""Public posts of each incident: what customers were told, as it reads now."""

from collections.abc import Hashable, Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.log.proof.chain import EPOCH
from events.log.recorded import Recorded
from events.public_post.commands import Affected
from events.public_post.events import PublicPostCorrected, PublicPostPublished
from events.public_post.words import PublicState
from projections.engine.cursors import ListPart, part_of, place_of
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Reader, Row, Rows, Table, fold

NAME: Final = "public_posts"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key
MICROSECOND: Final = timedelta(microseconds=1)


class PublicPost(Struct, frozen=True, kw_only=True):
    """One post, as it reads now."""

    number: int
    state: PublicState
    text: str
    affected: tuple[Affected, ...]
    next_post_at: Moment | None
    published_by: str
    published_at: Moment
    corrected_by: str | None = None
    corrected_at: Moment | None = None


class PublicIncidentRow(Row, frozen=True, kw_only=True):
    """What customers were told of one incident."""

    incident_id: UUID
    public_id: UUID
    title: str  # for customers
    state: PublicState
    status_page_ids: tuple[str, ...]
    posts: tuple[PublicPost, ...]  # in their order
    version: int

    @property
    def resolved(self) -> bool:
        """Say whether customers were told that it is over."""
        return self.state is PublicState.RESOLVED


class PostOnPage(Struct, frozen=True, kw_only=True):
    """One post among those of all incidents that a page was told of."""

    incident_id: UUID
    public_id: UUID
    title: str
    post: PublicPost

    @property
    def position(self) -> int:
        """Return where it stands in the list: when it was published, in microseconds."""
        return (self.post.published_at - EPOCH) // MICROSECOND

    @property
    def key(self) -> str:
        """Return which it is of those of one moment."""
        return f"{self.incident_id}/{self.post.number:010}"


PUBLIC_INCIDENT = Table("public_incident", "incident_id", PublicIncidentRow, OWN_STREAM)
TABLES: Final = (PUBLIC_INCIDENT,)


async def find_public_incident(reader: Reader, incident_id: UUID) -> PublicIncidentRow | None:
    """Return what customers were told of an incident; None: nothing."""
    return (await PUBLIC_INCIDENT.load(reader, [incident_id])).get(incident_id)


async def list_public_incidents(
    reader: Reader, status_page_id: str
) -> tuple[PublicIncidentRow, ...]:
    """Return the incidents that a page was told of, the one with the newest first post first."""
    rows = await PUBLIC_INCIDENT.select(
        reader, "where status_page_ids ? $1 order by incident_id", status_page_id
    )
    return tuple(sorted(rows, key=lambda row: row.posts[0].published_at, reverse=True))


def posts_from(
    rows: Iterable[PublicIncidentRow], cursor: str | None, limit: int
) -> ListPart[PostOnPage]:
    """Return a part of these incidents' posts, the newest first.

    Raises: CursorInvalid.
    """
    after = place_of(cursor)
    posts = [
        PostOnPage(incident_id=row.incident_id, public_id=row.public_id, title=row.title, post=post)
        for row in rows
        for post in row.posts
    ]
    left = [one for one in posts if after is None or _place(one) < (after.position, after.key)]
    left.sort(key=_place, reverse=True)
    return part_of(left, limit, "position", "key")


def _place(one: PostOnPage) -> tuple[int, str]:
    return one.position, one.key


def key_of(recorded: Recorded[object]) -> str | None:
    """Return what is quarantined when an event cannot be applied."""
    return stream_key(recorded, "public_post")


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's incidents up to date."""
    await fold(PUBLIC_INCIDENT, tx, batch, incidents_of, evolve)


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident that an event tells customers of."""
    return (
        (event.incident_id,) if isinstance(event, PublicPostPublished | PublicPostCorrected) else ()
    )


def evolve(
    row: PublicIncidentRow | None, recorded: Recorded[object], _key: Hashable
) -> PublicIncidentRow | None:
    """Return what customers were told of the incident after the event."""
    event = recorded.event
    if isinstance(event, PublicPostPublished):
        return PublicIncidentRow(
            incident_id=event.incident_id,
            public_id=event.public_id,
            title=event.title,
            state=event.state,
            status_page_ids=event.status_page_ids,
            posts=(*(row.posts if row else ()), _published(event)),
            version=recorded.version,
        )
    if isinstance(event, PublicPostCorrected) and row is not None:
        posts = tuple(_corrected(one, event) for one in row.posts)
        return replace(row, posts=posts, version=recorded.version)
    return None


def _published(event: PublicPostPublished) -> PublicPost:
    return PublicPost(
        number=event.number,
        state=event.state,
        text=event.text,
        affected=event.affected,
        next_post_at=event.next_post_at,
        published_by=event.published_by,
        published_at=event.published_at,
    )


def _corrected(post: PublicPost, event: PublicPostCorrected) -> PublicPost:
    if post.number != event.number:
        return post
    return replace(
        post,
        text=event.text,
        corrected_by=event.corrected_by,
        corrected_at=event.corrected_at,
    )
