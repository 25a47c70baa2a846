"""Note and attachment events. Names and fields are a storage format.

A note's text is sealed under a key of the note's own, so that one note can be erased alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from events.ids import AttachmentId, IncidentId, NoteId
from events.values.personal import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten:
    """Somebody wrote something down."""

    incident_id: IncidentId
    note_id: NoteId
    text: Annotated[str, Personal("note_id")]  # Markdown
    written_by: str
    written_at: datetime
    type: Literal["note.written"] = "note.written"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEdited:
    """A note says something else now; what it said before stays in its history."""

    incident_id: IncidentId
    note_id: NoteId
    text: Annotated[str, Personal("note_id")]
    edited_by: str
    edited_at: datetime
    type: Literal["note.edited"] = "note.edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePinned:
    """A note is shown before the others."""

    incident_id: IncidentId
    note_id: NoteId
    pinned_by: str
    pinned_at: datetime
    type: Literal["note.pinned"] = "note.pinned"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteUnpinned:
    """A note is shown where it was written."""

    incident_id: IncidentId
    note_id: NoteId
    unpinned_by: str
    unpinned_at: datetime
    type: Literal["note.unpinned"] = "note.unpinned"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRetracted:
    """A note is not shown any more; erased, nobody can read it again, not even in the log."""

    incident_id: IncidentId
    note_id: NoteId
    reason: str
    erased: bool  # the key of its text was destroyed
    retracted_by: str
    retracted_at: datetime
    type: Literal["note.retracted"] = "note.retracted"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentAdded:
    """A file was put beside the incident; its bytes are found by their hash."""

    incident_id: IncidentId
    attachment_id: AttachmentId
    name: str
    media_type: str
    size: int  # bytes
    sha256: str  # of the bytes, in hex
    added_by: str
    added_at: datetime
    type: Literal["attachment.added"] = "attachment.added"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRemoved:
    """A file was taken away: its bytes are deleted, its name and hash stay in the log."""

    incident_id: IncidentId
    attachment_id: AttachmentId
    name: str
    reason: str
    removed_by: str
    removed_at: datetime
    type: Literal["attachment.removed"] = "attachment.removed"


type NotesEvent = (
    NoteWritten
    | NoteEdited
    | NotePinned
    | NoteUnpinned
    | NoteRetracted
    | AttachmentAdded
    | AttachmentRemoved
)

NOTES_EVENTS: tuple[type, ...] = (
    NoteWritten,
    NoteEdited,
    NotePinned,
    NoteUnpinned,
    NoteRetracted,
    AttachmentAdded,
    AttachmentRemoved,
)
