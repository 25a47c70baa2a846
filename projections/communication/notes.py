"""Notes and attachments of an incident as they stand, with the versions of each note."""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.log.recorded import Recorded
from events.notes.events import (
    AttachmentAdded,
    AttachmentRemoved,
    NoteEdited,
    NotePinned,
    NoteRetracted,
    NoteUnpinned,
    NoteWritten,
)
from projections.engine.keys import incident_key
from projections.engine.rows import Batch, Moment, Reader, Row, Rows, Table, fold, same_named
from projections.incidents.board_list import containing

NAME: Final = "notes"
VERSION: Final = 2  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

MOST_BEFORE: Final = 20  # versions in a note's row: each edit writes the whole row anew

type NoteEvent = NoteWritten | NoteEdited | NotePinned | NoteUnpinned | NoteRetracted


class NoteVersion(Struct, frozen=True, kw_only=True):
    """What a note said, until it was edited."""

    text: str
    by: str
    at: Moment


class NoteRow(Row, frozen=True, kw_only=True):
    """One note; taken back, it says nothing any more, and neither does its history."""

    note_id: UUID
    incident_id: UUID
    text: str
    written_by: str
    written_at: Moment
    edited_by: str | None = None
    edited_at: Moment | None = None
    before: tuple[NoteVersion, ...] = ()  # what it said last, oldest first; the log has it all
    edits: int = 0
    pinned_by: str | None = None
    pinned_at: Moment | None = None
    retracted_by: str | None = None
    retracted_at: Moment | None = None
    retraction_reason: str | None = None
    erased: bool = False
    written_position: int = 0  # the order of notes


class AttachmentRow(Row, frozen=True, kw_only=True):
    """One file; removed, its bytes are gone."""

    attachment_id: UUID
    incident_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    added_by: str
    added_at: Moment
    removed_by: str | None = None
    removed_at: Moment | None = None
    removal_reason: str | None = None
    added_position: int = 0


NOTE = Table(
    "note",
    "note_id",
    NoteRow,
    indexes={
        "incident": "(incident_id, written_position)",
    },
)
ATTACHMENT = Table(
    "attachment",
    "attachment_id",
    AttachmentRow,
    indexes={
        "incident": "(incident_id, added_position)",
    },
)
TABLES: Final = (NOTE, ATTACHMENT)


async def list_notes(
    reader: Reader, incident_id: UUID, after: int, limit: int, *, pinned: bool | None = None
) -> list[NoteRow]:
    """Return at most `limit` notes written above a position, oldest first."""
    return await NOTE.select(
        reader,
        "where incident_id = $1 and written_position > $2"
        " and ($3::bool is null or (pinned_at is not null) = $3)"
        " order by written_position limit $4",
        incident_id,
        after,
        pinned,
        limit,
    )


async def notes_saying(reader: Reader, incident_id: UUID, text: str) -> list[UUID]:
    """Return the notes in which a text stands now, in any case."""
    rows = await NOTE.select(
        reader, "where incident_id = $1 and text ilike $2", incident_id, containing(text)
    )
    return [row.note_id for row in rows]


async def find_note(reader: Reader, note_id: UUID) -> NoteRow | None:
    """Return one note."""
    return (await NOTE.load(reader, [note_id])).get(note_id)


async def list_attachments(reader: Reader, incident_id: UUID) -> list[AttachmentRow]:
    """Return the incident's files in the order they were added, also those removed."""
    return await ATTACHMENT.select(
        reader, "where incident_id = $1 order by added_position", incident_id
    )


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's notes and attachments up to date."""
    await fold(NOTE, tx, batch, notes_of, evolve)
    await fold(ATTACHMENT, tx, batch, attachments_of, evolve_attachment)


key_of = incident_key  # quarantined when an event cannot be applied


def notes_of(event: object) -> tuple[UUID, ...]:
    """Return the note an event is about, if any."""
    match event:
        case NoteWritten() | NoteEdited() | NotePinned() | NoteUnpinned() | NoteRetracted():
            return (event.note_id,)
        case _:
            return ()


def attachments_of(event: object) -> tuple[UUID, ...]:
    """Return the attachment an event is about, if any."""
    match event:
        case AttachmentAdded() | AttachmentRemoved():
            return (event.attachment_id,)
        case _:
            return ()


def evolve(row: NoteRow | None, recorded: Recorded[object], _key: Hashable) -> NoteRow | None:
    """Return the note after the event."""
    match recorded.event:
        case NoteWritten() as event:
            return NoteRow(**same_named(event, NoteRow), written_position=recorded.position)
        case NoteEdited() as event if row is not None:
            before = NoteVersion(
                text=row.text,
                by=row.edited_by or row.written_by,
                at=row.edited_at or row.written_at,
            )
            return replace(
                row,
                text=event.text,
                edited_by=event.edited_by,
                edited_at=event.edited_at,
                before=(*row.before, before)[-MOST_BEFORE:],
                edits=row.edits + 1,
            )
        case NotePinned() as event if row is not None:
            return replace(row, pinned_by=event.pinned_by, pinned_at=event.pinned_at)
        case NoteUnpinned() if row is not None:
            return replace(row, pinned_by=None, pinned_at=None)
        case NoteRetracted() as event if row is not None:
            return _retracted(row, event)
        case _:
            return row


def _retracted(row: NoteRow, event: NoteRetracted) -> NoteRow:
    return replace(
        row,
        text="",
        before=(),
        pinned_by=None,
        pinned_at=None,
        retracted_by=event.retracted_by,
        retracted_at=event.retracted_at,
        retraction_reason=event.reason,
        erased=event.erased or row.erased,
    )


def evolve_attachment(
    row: AttachmentRow | None, recorded: Recorded[object], _key: Hashable
) -> AttachmentRow | None:
    """Return the attachment after the event."""
    match recorded.event:
        case AttachmentAdded() as event:
            return AttachmentRow(
                **same_named(event, AttachmentRow), added_position=recorded.position
            )
        case AttachmentRemoved() as event if row is not None:
            return replace(
                row,
                removed_by=event.removed_by,
                removed_at=event.removed_at,
                removal_reason=event.reason,
            )
        case _:
            return row
