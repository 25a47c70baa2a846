"""Note and attachment state, folded from their events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from events.ids import AttachmentId, IncidentId, NoteId
from events.notes.events import (
    AttachmentAdded,
    AttachmentRemoved,
    NoteEdited,
    NotePinned,
    NoteRetracted,
    NotesEvent,
    NoteUnpinned,
    NoteWritten,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note as its rules see it."""

    author: str
    text: str
    pinned: bool = False
    retracted: bool = False
    erased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file as its rules see it."""

    name: str
    media_type: str
    sha256: str
    author: str
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """Everything written down beside one incident; its id is None until there is something."""

    incident_id: IncidentId | None = None
    notes: Mapping[NoteId, Note] = field(default_factory=dict)
    attachments: Mapping[AttachmentId, Attachment] = field(default_factory=dict)

    def keeps(self, sha256: str) -> bool:
        """Say whether a file with these bytes is still there."""
        files = self.attachments.values()
        return any(file.sha256 == sha256 and not file.removed for file in files)


INITIAL = Notes()


def evolve(notes: Notes, event: NotesEvent) -> Notes:
    """Return the notes after the event; never refuses."""
    match event:
        case NoteWritten():
            note = Note(author=event.written_by, text=event.text)
            written = {**notes.notes, event.note_id: note}
            return replace(notes, incident_id=event.incident_id, notes=written)
        case NoteEdited():
            return _changed(notes, event.note_id, lambda note: replace(note, text=event.text))
        case NotePinned():
            return _changed(notes, event.note_id, lambda note: replace(note, pinned=True))
        case NoteUnpinned():
            return _changed(notes, event.note_id, lambda note: replace(note, pinned=False))
        case NoteRetracted():
            return _changed(notes, event.note_id, lambda note: _retracted(note, event))
        case AttachmentAdded():
            attachment = Attachment(
                name=event.name,
                media_type=event.media_type,
                sha256=event.sha256,
                author=event.added_by,
            )
            added = {**notes.attachments, event.attachment_id: attachment}
            return replace(notes, incident_id=event.incident_id, attachments=added)
        case AttachmentRemoved():
            return _removed(notes, event.attachment_id)
        case _:
            assert_never(event)


def _changed(notes: Notes, note_id: NoteId, change: Callable[[Note], Note]) -> Notes:
    note = notes.notes.get(note_id)
    if note is None:
        return notes
    return replace(notes, notes={**notes.notes, note_id: change(note)})


def _retracted(note: Note, event: NoteRetracted) -> Note:
    return replace(note, pinned=False, retracted=True, erased=note.erased or event.erased)


def _removed(notes: Notes, attachment_id: AttachmentId) -> Notes:
    attachment = notes.attachments.get(attachment_id)
    if attachment is None:
        return notes
    removed = replace(attachment, removed=True)
    return replace(notes, attachments={**notes.attachments, attachment_id: removed})
