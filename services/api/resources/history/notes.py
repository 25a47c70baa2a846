"""Notes: written, edited, pinned, taken back. They never wait for a workflow."""

from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import Query, Response

from events.errors import NoteNotFound
from events.ids import NoteId, notes_stream
from events.log.privacy.subject_keys import destroy_subject_key
from events.notes.commands import EditNote, PinNote, RetractNote, UnpinNote, WriteNote
from events.notes.decide import notes_decider
from projections.communication import notes
from projections.communication.notes import find_note
from services.access.incident_reads import board_of
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.formats import Line, Strict, Text
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import ExistingIncident
from services.api.reading.reads import Limit, Number, ReadQuery, TheReads
from services.api.resources.incidents.commands import NoBody
from services.api.views.notes import NoteList, NoteReceipt, NoteView, note_views
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt, answered, done, receipt_of
from services.request_refusals import PermissionMissing

router = api_router("notes")

NOTES: Final = "/v1/incidents/{incident_id}/notes"
NOTE: Final = f"{NOTES}/{{note_id}}"
READ: Final = [requires(Permission.INCIDENT_READ)]
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]


class NoteBody(
    Strict, json_schema_extra={"examples": [{"text": "The errors began with **release 412**."}]}
):
    """Text of a note, in Markdown. Write nothing into it that must be forgotten one day."""

    text: Text


class RetractionBody(Strict, json_schema_extra={"examples": [{"reason": "The wrong incident."}]}):
    """Why a note is retracted. The log keeps the reason forever: do not name anybody in it."""

    reason: Line
    erase: bool = False  # destroy the key of its text: it needs the permission subject:forget


class NotesQuery(ReadQuery):
    """Which part of the notes."""

    pinned: bool | None = None
    after: Number = 0
    limit: Limit = 50


@router.get(NOTES, dependencies=READ)
async def list_notes(
    reads: TheReads, incident_id: ExistingIncident, query: Annotated[NotesQuery, Query()]
) -> NoteList:
    """List the incident's notes, oldest first, with what each said before."""
    await board_of(reads, query, incident_id, notes.NAME)
    async with reads.of(query, notes.NAME, incident_id=incident_id) as connection:
        rows = await notes.list_notes(
            connection, incident_id, query.after, query.limit + 1, pinned=query.pinned
        )
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return NoteList(
        notes=await note_views(shown),
        next_after=str(shown[-1].written_position) if more else None,
    )


@router.get(NOTE, dependencies=READ)
async def show_note(
    reads: TheReads,
    incident_id: ExistingIncident,
    note_id: UUID,
    query: Annotated[ReadQuery, Query()],
) -> NoteView:
    """Show one note, and what it said before."""
    async with reads.of(query, notes.NAME, incident_id=incident_id) as connection:
        row = await find_note(connection, note_id)
    if row is None or row.incident_id != incident_id:
        raise NoteNotFound(f"No such note: {note_id}.")
    (view,) = await note_views([row])
    return view


@router.post(NOTES, dependencies=WRITE, response_model=NoteReceipt)
async def write_note(
    incident_id: ExistingIncident, body: NoteBody, change: TheConfigurationChange
) -> Response:
    """Write something down. It is stored when this answers, whatever the workflow does."""
    note_id = NoteId(uuid5(change.identity.command_id, "note"))
    command = WriteNote(
        incident_id=incident_id, note_id=note_id, text=body.text, actor=change.actor, at=change.at
    )
    handled = await change.make(notes_decider, notes_stream(incident_id), command)
    receipt = receipt_of(change.done(handled))
    return done(NoteReceipt(**dict(receipt), note_id=note_id), replayed=handled.duplicate)


@router.put(NOTE, dependencies=WRITE, response_model=Receipt)
async def edit_note(
    incident_id: ExistingIncident, note_id: UUID, body: NoteBody, change: TheConfigurationChange
) -> Response:
    """Change what a note says; its author may, and an admin. What it said before is kept."""
    command = EditNote(note_id=NoteId(note_id), text=body.text, actor=change.actor, at=change.at)
    return await change.receipt(notes_decider, notes_stream(incident_id), command)


@router.post(f"{NOTE}/pin", dependencies=WRITE, response_model=Receipt)
async def pin_note(
    incident_id: ExistingIncident, note_id: UUID, change: TheConfigurationChange, _: NoBody = None
) -> Response:
    """Pin a note, so that whoever comes next reads it first."""
    command = PinNote(note_id=NoteId(note_id), actor=change.actor, at=change.at)
    return await change.receipt(notes_decider, notes_stream(incident_id), command)


@router.delete(f"{NOTE}/pin", dependencies=WRITE, response_model=Receipt)
async def unpin_note(
    incident_id: ExistingIncident, note_id: UUID, change: TheConfigurationChange, _: NoBody = None
) -> Response:
    """Take the pin from a note."""
    command = UnpinNote(note_id=NoteId(note_id), actor=change.actor, at=change.at)
    return await change.receipt(notes_decider, notes_stream(incident_id), command)


@router.delete(NOTE, dependencies=WRITE, response_model=Receipt)
async def retract_note(
    incident_id: ExistingIncident,
    note_id: UUID,
    body: RetractionBody,
    change: TheConfigurationChange,
    caller: TheCaller,
) -> Response:
    """Take a note back: it is shown nowhere any more. Erased, it cannot be read in the log either.

    Its author may take it back, and an admin; erasing needs the permission to forget.
    """
    if body.erase and Permission.SUBJECT_FORGET not in caller.permissions:
        raise PermissionMissing(
            f"{Permission.SUBJECT_FORGET} is needed to erase; without erase, the note is hidden.",
            permission=Permission.SUBJECT_FORGET.value,
        )
    command = RetractNote(
        note_id=NoteId(note_id),
        reason=body.reason,
        erase=body.erase,
        actor=change.actor,
        at=change.at,
    )
    # First the fact: whoever projects it destroys the key too, should we end before the next line.
    handled = await change.make(notes_decider, notes_stream(incident_id), command)
    if body.erase:
        await destroy_subject_key(change.dependencies.database, str(note_id))
    return answered(change.done(handled))
