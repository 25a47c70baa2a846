"""Attachments: small files, found by their hash, served so that they can do no harm."""

from typing import Annotated, Final
from urllib.parse import quote
from uuid import UUID, uuid5

from fastapi import Query, Request, Response

from events.errors import AttachmentNotFound
from events.ids import AttachmentId, IncidentId, notes_stream
from events.loading import load
from events.log.attachments import (
    drop_attachment,
    find_attachment,
    forged,
    has_attachment,
    keep_attachment,
)
from events.notes.commands import AddAttachment, RemoveAttachment
from events.notes.decide import notes_decider
from events.notes.state import Attachment
from projections.communication import notes
from services.access.incident_reads import board_of
from services.access.permissions import Permission
from services.api.dependencies import Dependencies, Deps
from services.api.http.authentication import TheCaller, metadata_of
from services.api.http.formats import Line, Strict
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import ExistingIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.notes import AttachmentList, AttachmentReceipt, AttachmentView
from services.api.writing.attempts import attempt_of
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt, answered, done, receipt_of
from services.api.writing.uploads import BINARY, MEDIA_TYPES, REQUEST_BODY, TheUpload
from services.commanding.configuration_change import ConfigurationChange

router = api_router("attachments")

ATTACHMENTS: Final = "/v1/incidents/{incident_id}/attachments"
ATTACHMENT: Final = f"{ATTACHMENTS}/{{attachment_id}}"
FILES: Final = "attachment_id"  # stands in every event of a file, and in none of a note
READ: Final = [requires(Permission.INCIDENT_READ)]
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]
HARMLESS: Final = {"Content-Security-Policy": "sandbox; default-src 'none'"}


class RemovalBody(Strict, json_schema_extra={"examples": [{"reason": "The wrong graph."}]}):
    """Why a file is removed. The log keeps the reason forever: do not name anybody in it."""

    reason: Line


@router.get(ATTACHMENTS, dependencies=READ)
async def list_attachments(
    reads: TheReads, incident_id: ExistingIncident, query: Annotated[ReadQuery, Query()]
) -> AttachmentList:
    """List the incident's files, oldest first, also those removed."""
    await board_of(reads, query, incident_id, notes.NAME)
    async with reads.of(query, notes.NAME, incident_id=incident_id) as connection:
        rows = await notes.list_attachments(connection, incident_id)
    return AttachmentList(attachments=[AttachmentView.model_validate(row) for row in rows])


@router.post(
    ATTACHMENTS, dependencies=WRITE, response_model=AttachmentReceipt, openapi_extra=REQUEST_BODY
)
async def attach_file(
    request: Request,
    incident_id: ExistingIncident,
    upload: TheUpload,
    caller: TheCaller,
    dependencies: Deps,
) -> Response:
    """Put a file of up to 2 MiB beside the incident; its bytes are the body, as they are."""
    change = ConfigurationChange(
        dependencies=dependencies,
        actor=caller.actor,
        at=dependencies.clock(),
        identity=upload.identity,
        metadata=metadata_of(request, caller),
        expected_version=None,
        attempt=attempt_of(request),
    )
    # First the bytes: an event never names what is not there.
    digest = await keep_attachment(dependencies.database, incident_id, upload.content)
    attachment_id = AttachmentId(uuid5(upload.identity.command_id, "attachment"))
    command = AddAttachment(
        incident_id=incident_id,
        attachment_id=attachment_id,
        name=upload.name,
        media_type=upload.media_type,
        size=len(upload.content),
        sha256=digest,
        actor=change.actor,
        at=change.at,
    )
    handled = await change.make(notes_decider, notes_stream(incident_id), command)
    # Whoever removed the last file with these bytes a moment ago did not know of this one.
    if not await has_attachment(dependencies.database, incident_id, digest):
        await keep_attachment(dependencies.database, incident_id, upload.content)
    receipt = receipt_of(change.done(handled))
    answer = AttachmentReceipt(**dict(receipt), attachment_id=attachment_id, sha256=digest)
    return done(answer, replayed=handled.duplicate)


@router.get(
    ATTACHMENT,
    dependencies=READ,
    response_class=Response,
    responses={200: {"content": dict.fromkeys(MEDIA_TYPES, BINARY)}},
)
async def download_attachment(
    dependencies: Deps, incident_id: ExistingIncident, attachment_id: UUID
) -> Response:
    """Return a file's bytes, after comparing them with the hash that the log has of them."""
    file = await _attached(dependencies, incident_id, attachment_id)
    content = await find_attachment(dependencies.database, incident_id, file.sha256)
    if content is None:
        await _attached(dependencies, incident_id, attachment_id)  # or it was removed just now
        raise forged(incident_id, file.sha256, "are gone")
    headers = {
        **HARMLESS,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "ETag": f'"{file.sha256}"',
    }
    return Response(content, media_type=file.media_type, headers=headers)


@router.delete(ATTACHMENT, dependencies=WRITE, response_model=Receipt)
async def remove_attachment(
    incident_id: ExistingIncident,
    attachment_id: UUID,
    body: RemovalBody,
    change: TheConfigurationChange,
) -> Response:
    """Remove a file: its bytes are deleted. Who added it may, and an admin."""
    stream = notes_stream(incident_id)
    command = RemoveAttachment(
        attachment_id=AttachmentId(attachment_id),
        reason=body.reason,
        actor=change.actor,
        at=change.at,
    )
    handled = await change.make(notes_decider, stream, command)
    # Also when it was removed before: whoever did it may have ended before the bytes were gone.
    # The files are read, not the notes among them, which may be many.
    log, database = change.dependencies.log, change.dependencies.database
    left, _ = await load(log, notes_decider, stream, FILES)
    digest = left.attachments[AttachmentId(attachment_id)].sha256
    if not left.keeps(digest):
        content = await drop_attachment(database, incident_id, digest)
        left, _ = await load(log, notes_decider, stream, FILES)
        if content is not None and left.keeps(digest):  # added meanwhile
            await keep_attachment(database, incident_id, content)
    return answered(change.done(handled))


async def _attached(
    dependencies: Dependencies, incident_id: IncidentId, attachment_id: UUID
) -> Attachment:
    """Return what the log says of a file: a row of the read model would vouch for any bytes.

    Raises: AttachmentNotFound.
    """
    stream = notes_stream(incident_id)
    written, _ = await load(dependencies.log, notes_decider, stream, str(attachment_id))
    file = written.attachments.get(AttachmentId(attachment_id))
    if file is None or file.removed:
        raise AttachmentNotFound("The incident has no such attachment, or it was removed.")
    return file
