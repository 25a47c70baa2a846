"""Note and attachment sentences, without what a note says: that may be erased."""

from events.notes.events import (
    AttachmentAdded,
    AttachmentRemoved,
    NoteEdited,
    NotePinned,
    NoteRetracted,
    NoteUnpinned,
    NoteWritten,
)
from projections.sentences.words import because, counted, person, words


@words.register
def _(event: NoteWritten) -> str:
    return f"{person(event.written_by)} wrote a note"


@words.register
def _(event: NoteEdited) -> str:
    return f"{person(event.edited_by)} edited a note"


@words.register
def _(event: NotePinned) -> str:
    return f"{person(event.pinned_by)} pinned a note"


@words.register
def _(event: NoteUnpinned) -> str:
    return f"{person(event.unpinned_by)} unpinned a note"


@words.register
def _(event: NoteRetracted) -> str:
    how = "erased a note" if event.erased else "retracted a note"
    return f"{person(event.retracted_by)} {how}{because(event.reason)}"


@words.register
def _(event: AttachmentAdded) -> str:
    size = counted(event.size, "byte")
    return f"{person(event.added_by)} attached {event.name}, {size} of {event.media_type}"


@words.register
def _(event: AttachmentRemoved) -> str:
    return f"{person(event.removed_by)} removed the attachment {event.name}{because(event.reason)}"
