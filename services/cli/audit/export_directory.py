"""Export directory: what lies in it, and how it is read back. docs/log-format.md."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from events.log.proof.checkpoint_note import NoteInvalid, VerifierKey
from events.log.proof.event_line import (
    ExportedEvent,
    LineUnreadable,
    event_in,
    require_single_members,
)

FORMAT = "tocsin-export/2"
MANIFEST = "manifest.json"
CHECKPOINTS = "checkpoints.ndjson"
NEWEST = "checkpoint"  # the newest note alone, as other programs read it
KEYS = "keys"
PROOFS = "proofs.ndjson"
CONSISTENCY = "consistency.ndjson"
EVENTS = "events"  # a folder
ATTACHMENTS = "attachments"  # a folder: <incident id>/<sha256>


class ExportUnusable(Exception):
    """What was named is no export, or it cannot be read."""


class Manifest(msgspec.Struct, frozen=True):
    """What the export is about. Written last, so that half an export is none.

    Nothing in it is believed: it says what was asked for, and the events say what they are.
    """

    format: str
    kind: Literal["log", "incident"]
    incident: str | None  # as it was asked for
    exported_at: datetime
    events: int
    position: int  # of the log's end when the export began
    parts: list[str]


class CheckpointLine(msgspec.Struct, frozen=True):
    """One signed head."""

    size: int
    note: str


class ProofLine(msgspec.Struct, frozen=True):
    """The audit path of one event, in the tree of the newest checkpoint."""

    position: int
    size: int
    path: list[str]  # base64


class ConsistencyLine(msgspec.Struct, frozen=True):
    """Why the tree of the newest checkpoint begins with an older one."""

    first: int
    second: int
    path: list[str]  # base64


class ReceiptLine(msgspec.Struct, frozen=True):
    """What an append was answered; the API's own answers can be read as such."""

    position: int | str
    hash: str | None = None


def attachment_in(directory: Path, incident_id: UUID, sha256: str) -> Path:
    """Return where the bytes of a file lie in an export."""
    return directory / ATTACHMENTS / str(incident_id) / sha256


def written(line: msgspec.Struct) -> bytes:
    """Return a line of NDJSON."""
    return msgspec.json.encode(line) + b"\n"


def read_manifest(directory: Path) -> Manifest:
    """Return the manifest.

    Raises: ExportUnusable.
    """
    try:
        text = (directory / MANIFEST).read_bytes()
        require_single_members(text)
        manifest = msgspec.json.decode(text, type=Manifest)
    except (OSError, msgspec.MsgspecError, LineUnreadable) as fault:
        raise ExportUnusable(f"{directory} is no whole export: {fault}") from fault
    if manifest.format != FORMAT:
        raise ExportUnusable(f"{directory} has the format {manifest.format}, not {FORMAT}")
    if (manifest.kind == "incident") != bool(manifest.incident):
        raise ExportUnusable(
            f"{directory} is of {manifest.kind} and names {manifest.incident or 'no incident'}"
        )
    return manifest


def event_of(line: bytes) -> ExportedEvent:
    """Return the event that the server's line holds.

    Raises: ExportUnusable.
    """
    try:
        return event_in(line)
    except LineUnreadable as fault:
        raise ExportUnusable(f"The server sent a line that is no event: {fault}") from fault


def events_in(directory: Path, manifest: Manifest) -> Iterator[ExportedEvent]:
    """Yield every event of the export in its order, without holding more than one.

    Raises: ExportUnusable.
    """
    for part in manifest.parts:
        file = directory / EVENTS / Path(part).name
        for number, line in enumerate(_lines(file), start=1):
            try:
                yield event_in(line)
            except LineUnreadable as fault:
                raise ExportUnusable(f"{file}, line {number}: {fault}") from fault


def lines_in[Line: msgspec.Struct](file: Path, shape: type[Line]) -> Iterator[Line]:
    """Yield every line of a file; none when it is not there.

    Raises: ExportUnusable.
    """
    if not file.exists():
        return
    decoder = msgspec.json.Decoder(shape)
    for number, line in enumerate(_lines(file), start=1):
        try:
            require_single_members(line)
            yield decoder.decode(line)
        except (msgspec.MsgspecError, LineUnreadable) as fault:
            raise ExportUnusable(f"{file}, line {number}: {fault}") from fault


def keys_in(file: Path) -> list[VerifierKey]:
    """Return the public keys in a file, one on each line.

    Raises: ExportUnusable.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
        return [VerifierKey.read(line) for line in lines if line.strip()]
    except (OSError, UnicodeError, NoteInvalid) as fault:
        raise ExportUnusable(f"{file} holds no public keys: {fault}") from fault


def key_lines(directory: Path) -> list[str]:
    """Return what an export names as keys, whether they are any or not."""
    try:
        return (directory / KEYS).read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _lines(file: Path) -> Iterable[bytes]:
    try:
        with file.open("rb") as opened:
            yield from (line for line in opened if line.strip())
    except OSError as fault:
        raise ExportUnusable(f"{file} cannot be read: {fault}") from fault
