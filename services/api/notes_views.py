"""Notes and attachments as the API shows them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, computed_field

from services.api.markdown import as_html
from services.api.receipts import Receipt
from services.api.wire import View


class NoteVersionView(View):
    """What a note said, until it was edited."""

    text: str
    by: str
    at: datetime


class NoteView(View):
    """One note. Taken back, it says nothing any more."""

    note_id: UUID
    text: Annotated[str, Field(description="Markdown, as it was written.")]
    written_by: str
    written_at: datetime
    edited_by: str | None
    edited_at: datetime | None
    before: Annotated[list[NoteVersionView], Field(description="What it said, oldest first.")]
    pinned_by: str | None
    pinned_at: datetime | None
    retracted_by: str | None
    retracted_at: datetime | None
    retraction_reason: str | None
    erased: Annotated[bool, Field(description="Nobody can read it again, not even in the log.")]

    @computed_field(description="The text as HTML that is safe to show.")  # type: ignore[prop-decorator]
    @property
    def html(self) -> str:
        """Return the text rendered."""
        return as_html(self.text)


class NoteList(View):
    """A part of the incident's notes, oldest first."""

    notes: list[NoteView]
    next_after: Annotated[str | None, Field(description="Null at the end, for now.")]


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
