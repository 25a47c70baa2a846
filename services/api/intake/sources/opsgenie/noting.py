"""Noting: what a sender writes down about an alert is a note of its incident."""

from hashlib import sha256
from typing import Final
from uuid import uuid5

from events.actor import Actor
from events.handle import handle
from events.ids import IncidentId, NoteId, notes_stream
from events.notes.commands import WriteNote
from events.notes.decide import notes_decider
from events.values.plain_text import cut, one_line, plain
from services.intake.arrival import Intake

LONGEST: Final = 7_700  # characters; what is longer is cut


async def note_down(intake: Intake, incident_id: IncidentId, text: str, once: str) -> None:
    """Write a note, once for each name that it is given; nothing for an empty one.

    Raises: LogUnavailable, LogOverloaded.
    """
    if not text:
        return
    digest = sha256(text.encode()).digest()
    note_id = NoteId(
        uuid5(incident_id, f"note:{intake.sender.integration_id}:{once}:{digest.hex()}")
    )
    command = WriteNote(
        incident_id=incident_id,
        note_id=note_id,
        text=text,
        actor=Actor(principal=intake.metadata.principal),
        at=intake.at,
    )
    await handle(
        intake.log,
        notes_decider,
        notes_stream(incident_id),
        command,
        command_id=uuid5(note_id, "write"),
        request_digest=digest,
        metadata=intake.metadata,
    )


def note_from(note: str, user: str = "", source: str = "") -> str:
    """Return a note with whoever signed it; empty where nothing is noted."""
    text = plain(note).strip()
    if not text:
        return ""
    signed = " · ".join(cut(one_line(one), 100) for one in (user, source) if one_line(one))
    return cut(text, LONGEST) + (f"\n\n— {signed}" if signed else "")
