"""Note views: notes and attachments as the API shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec.structs import asdict
from pydantic import Field

from projections.communication.notes import MOST_BEFORE, NoteRow
from services.api.http.formats import View
from services.api.writing.receipts import Receipt
from services.markdown import rendered


class NoteVersionView(View):
    """Earlier version of a note."""

    text: str
    by: str
    at: datetime


class NoteView(View):
    """Note. A retracted one has no text any more."""

    note_id: UUID
    text: Annotated[str, Field(description="Markdown, as it was written.")]
    written_by: str
    written_at: datetime
    edited_by: str | None
    edited_at: datetime | None
    before: Annotated[
        list[NoteVersionView],
        Field(description=f"What it said, oldest first: the last {MOST_BEFORE} versions."),
    ]
    edits: Annotated[int, Field(description="How often it was edited; the log has all of it.")]
    pinned_by: str | None
    pinned_at: datetime | None
    retracted_by: str | None
    retracted_at: datetime | None
    retraction_reason: str | None
    erased: Annotated[bool, Field(description="Nobody can read it again, not even in the log.")]
    html: Annotated[str, Field(description="The text as HTML that is safe to show.")]


class NoteList(View):
    """A part of the incident's notes, oldest first."""

    notes: list[NoteView]
    next_after: Annotated[str | None, Field(description="Null at the end, for now.")]


async def note_views(rows: Sequence[NoteRow]) -> list[NoteView]:
    """Return notes with their texts rendered."""
    html = await rendered([row.text for row in rows])
    return [NoteView.model_validate({**asdict(row), "html": html[row.text]}) for row in rows]


class NoteReceipt(Receipt):
    """The note is written."""

    note_id: UUID


class AttachmentView(View):
    """One file. Removed, its bytes are gone."""

    attachment_id: UUID
    name: str
    media_type: str
    size: Annotated[int, Field(description="In bytes.")]
    sha256: str
    added_by: str
    added_at: datetime
    removed_by: str | None
    removed_at: datetime | None
    removal_reason: str | None


class AttachmentList(View):
    """The incident's files in the order they were added, also those removed."""

    attachments: list[AttachmentView]


class AttachmentReceipt(Receipt):
    """The file is stored."""

    attachment_id: UUID
    sha256: Annotated[str, Field(description="Of the bytes; the event has it too.")]
