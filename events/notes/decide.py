"""Note and attachment rules: the author, or an admin, changes or retracts them."""

from typing import assert_never

from events.actor import Actor
from events.aggregate import Aggregate
from events.decider import Decider
from events.errors import AttachmentNotFound, NoteGone, NoteNotFound, NotTheAuthor, ReasonRequired
from events.ids import IncidentId, NoteId
from events.notes.commands import (
    AddAttachment,
    EditNote,
    NotesCommand,
    PinNote,
    RemoveAttachment,
    RetractNote,
    UnpinNote,
    WriteNote,
)
from events.notes.events import (
    NOTES_EVENTS,
    AttachmentAdded,
    AttachmentRemoved,
    NoteEdited,
    NotePinned,
    NoteRetracted,
    NotesEvent,
    NoteUnpinned,
    NoteWritten,
)
from events.notes.state import INITIAL, Note, Notes, evolve


def decide(command: NotesCommand, notes: Notes) -> list[NotesEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case WriteNote():
            return write(command, notes)
        case EditNote():
            return edit(command, notes)
        case PinNote():
            return pin(command, notes)
        case UnpinNote():
            return unpin(command, notes)
        case RetractNote():
            return retract(command, notes)
        case AddAttachment():
            return attach(command, notes)
        case RemoveAttachment():
            return remove(command, notes)
        case _:
            assert_never(command)


def write(command: WriteNote, notes: Notes) -> list[NotesEvent]:
    """Write a note."""
    if command.note_id in notes.notes:
        return []
    return [
        NoteWritten(
            incident_id=command.incident_id,
            note_id=command.note_id,
            text=command.text,
            written_by=command.actor.name,
            written_at=command.at,
        )
    ]


def edit(command: EditNote, notes: Notes) -> list[NotesEvent]:
    """Change what a note says.

    Raises: NoteNotFound, NoteGone, NotTheAuthor.
    """
    incident_id, note = _there(notes, command.note_id)
    _by_its_author(command.actor, note.author, "edits a note")
    if note.text == command.text:
        return []
    return [
        NoteEdited(
            incident_id=incident_id,
            note_id=command.note_id,
            text=command.text,
            edited_by=command.actor.name,
            edited_at=command.at,
        )
    ]


def pin(command: PinNote, notes: Notes) -> list[NotesEvent]:
    """Show a note before the others; anybody may.

    Raises: NoteNotFound, NoteGone.
    """
    incident_id, note = _there(notes, command.note_id)
    if note.pinned:
        return []
    return [
        NotePinned(
            incident_id=incident_id,
            note_id=command.note_id,
            pinned_by=command.actor.name,
            pinned_at=command.at,
        )
    ]


def unpin(command: UnpinNote, notes: Notes) -> list[NotesEvent]:
    """Show a note where it was written; anybody may.

    Raises: NoteNotFound, NoteGone.
    """
    incident_id, note = _there(notes, command.note_id)
    if not note.pinned:
        return []
    return [
        NoteUnpinned(
            incident_id=incident_id,
            note_id=command.note_id,
            unpinned_by=command.actor.name,
            unpinned_at=command.at,
        )
    ]


def retract(command: RetractNote, notes: Notes) -> list[NotesEvent]:
    """Take a note back; one that was taken back can still be erased.

    Raises: NoteNotFound, NotTheAuthor, ReasonRequired.
    """
    incident_id, note = _known(notes, command.note_id)
    if note.erased or (note.retracted and not command.erase):
        return []
    _by_its_author(command.actor, note.author, "takes a note back")
    if not command.reason.strip():
        raise ReasonRequired("Say why the note is retracted.")
    return [
        NoteRetracted(
            incident_id=incident_id,
            note_id=command.note_id,
            reason=command.reason,
            erased=command.erase,
            retracted_by=command.actor.name,
            retracted_at=command.at,
        )
    ]


def attach(command: AddAttachment, notes: Notes) -> list[NotesEvent]:
    """Put a file beside the incident."""
    if command.attachment_id in notes.attachments:
        return []
    return [
        AttachmentAdded(
            incident_id=command.incident_id,
            attachment_id=command.attachment_id,
            name=command.name,
            media_type=command.media_type,
            size=command.size,
            sha256=command.sha256,
            added_by=command.actor.name,
            added_at=command.at,
        )
    ]


def remove(command: RemoveAttachment, notes: Notes) -> list[NotesEvent]:
    """Take a file away.

    Raises: AttachmentNotFound, NotTheAuthor, ReasonRequired.
    """
    attachment = notes.attachments.get(command.attachment_id)
    if attachment is None or notes.incident_id is None:
        raise AttachmentNotFound(f"No such attachment: {command.attachment_id}.")
    if attachment.removed:
        return []
    _by_its_author(command.actor, attachment.author, "removes an attachment")
    if not command.reason.strip():
        raise ReasonRequired("Say why the attachment is removed.")
    return [
        AttachmentRemoved(
            incident_id=notes.incident_id,
            attachment_id=command.attachment_id,
            name=attachment.name,
            reason=command.reason,
            removed_by=command.actor.name,
            removed_at=command.at,
        )
    ]


def _known(notes: Notes, note_id: NoteId) -> tuple[IncidentId, Note]:
    note = notes.notes.get(note_id)
    if note is None or notes.incident_id is None:
        raise NoteNotFound(f"No such note: {note_id}.")
    return notes.incident_id, note


def _there(notes: Notes, note_id: NoteId) -> tuple[IncidentId, Note]:
    incident_id, note = _known(notes, note_id)
    if note.retracted:
        raise NoteGone("The note was retracted: write a new one.", allowed=["write_note"])
    return incident_id, note


def _by_its_author(actor: Actor, author: str, action: str) -> None:
    if not actor.is_admin and actor.name != author:
        raise NotTheAuthor(f"Only the author, {author}, or an admin {action}.", author=author)


def about(command: NotesCommand) -> str:
    """Return the id of the note or file a command is about; every event of it has it."""
    match command:
        case AddAttachment() | RemoveAttachment():
            return str(command.attachment_id)
        case _:
            return str(command.note_id)


notes_decider: Decider[NotesCommand, Notes, NotesEvent] = Decider(
    initial=INITIAL,
    decide=decide,
    evolve=evolve,
    event_types=NOTES_EVENTS,
    commuting=(WriteNote, AddAttachment),  # each with an id that nobody else has
    about=about,
)

AGGREGATE = Aggregate(noun="notes", id=IncidentId, decider=notes_decider, commands=NotesCommand)
