"""Public stories: what customers read of an incident once its postmortem is published for them."""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.log.recorded import Recorded
from events.postmortem.document.publishing import Visibility
from events.postmortem.events import (
    PostmortemPublicTextWritten,
    PostmortemPublished,
    PostmortemTextErased,
)
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Reader, Row, Rows, Table, fold

NAME: Final = "public_stories"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

EVENTS: Final = (PostmortemPublicTextWritten, PostmortemPublished, PostmortemTextErased)


class StoryText(Struct, frozen=True, kw_only=True):
    """A text for customers, in its three parts."""

    text_id: UUID
    summary: str
    what_happened: str
    what_we_do: str


class PublicStoryRow(Row, frozen=True, kw_only=True):
    """What customers read of one incident, and what they would read."""

    incident_id: UUID
    written: StoryText | None = None  # last; maybe of an edition that is not there yet
    shown: StoryText | None = None  # to customers; None: nothing, or not any more
    shown_at: Moment | None = None
    version: int


PUBLIC_STORY = Table("public_story", "incident_id", PublicStoryRow, OWN_STREAM)
TABLES: Final = (PUBLIC_STORY,)


async def stories_of(reader: Reader, incident_ids: list[UUID]) -> dict[UUID, PublicStoryRow]:
    """Return what customers read of these incidents, where there is something."""
    found = await PUBLIC_STORY.load(reader, incident_ids) if incident_ids else {}
    return {row.incident_id: row for row in found.values() if row.shown is not None}


def key_of(recorded: Recorded[object]) -> str | None:
    """Return what is quarantined when an event cannot be applied."""
    return stream_key(recorded, "postmortem")


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's stories up to date."""
    await fold(PUBLIC_STORY, tx, batch, incidents_of, evolve)


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident whose story an event may change."""
    return (event.incident_id,) if isinstance(event, EVENTS) else ()


def evolve(
    row: PublicStoryRow | None, recorded: Recorded[object], _key: Hashable
) -> PublicStoryRow | None:
    """Return the story after the event; there is none until somebody writes one."""
    event = recorded.event
    if isinstance(event, PostmortemPublicTextWritten):
        row = row or PublicStoryRow(incident_id=event.incident_id, version=0)
        return replace(row, written=_text(event), version=recorded.version)
    if row is None:
        return None
    row = replace(row, version=recorded.version)
    match event:
        case PostmortemPublished(visibility=Visibility.PUBLIC):
            return replace(row, shown=row.written, shown_at=event.published_at)
        case PostmortemPublished():
            return replace(row, shown=None, shown_at=None)
        case PostmortemTextErased():
            return replace(row, written=_left(row.written, event), shown=_left(row.shown, event))
        case _:
            return row


def _text(event: PostmortemPublicTextWritten) -> StoryText:
    return StoryText(
        text_id=event.text_id,
        summary=event.summary,
        what_happened=event.what_happened,
        what_we_do=event.what_we_do,
    )


def _left(text: StoryText | None, event: PostmortemTextErased) -> StoryText | None:
    return None if text is None or text.text_id == event.text_id else text
