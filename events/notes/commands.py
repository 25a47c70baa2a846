"""Note and attachment commands: what people may ask. Imperative, never stored."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import AttachmentId, IncidentId, NoteId


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNote:
    """Write something down."""

    incident_id: IncidentId
    note_id: NoteId
    text: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EditNote:
    """Have a note say something else."""

    note_id: NoteId
    text: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PinNote:
    """Have a note shown before the others."""

    note_id: NoteId
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpinNote:
    """Have a note shown where it was written."""

    note_id: NoteId
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractNote:
    """Take a note back; erased, it cannot be read in the log either."""

    note_id: NoteId
    reason: str
    erase: bool
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAttachment:
    """Put a file beside the incident."""

    incident_id: IncidentId
    attachment_id: AttachmentId
    name: str
    media_type: str
    size: int
    sha256: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAttachment:
    """Take a file away."""

    attachment_id: AttachmentId
    reason: str
    actor: Actor
    at: datetime


type NotesCommand = (
    WriteNote | EditNote | PinNote | UnpinNote | RetractNote | AddAttachment | RemoveAttachment
)
