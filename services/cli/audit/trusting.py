"""Trusted checkpoints: from an older export, or from what the notary published."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from events.log.proof.checkpoint_note import NoteInvalid, read_checkpoint
from events.log.proof.merkle import CompactRange, leaf_hash
from services.cli.audit.export_directory import (
    CHECKPOINTS,
    MANIFEST,
    NEWEST,
    CheckpointLine,
    ExportUnusable,
    events_in,
    lines_in,
    read_manifest,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the root over the first `size` events is said to be, and by what."""

    size: int
    root: bytes
    source: str
    is_head: bool = True  # the notary signed a tree of just this size


def trusted_claims(directory: Path) -> list[Claim]:
    """Return every claim in a directory, the smallest first.

    Raises: ExportUnusable (there is none, or one cannot be read).
    """
    claims = [*_notes(directory), *_checkpoints(directory), *_whole(directory)]
    if not claims:
        raise ExportUnusable(f"{directory} holds neither an export nor checkpoints")
    return sorted(claims, key=lambda claim: claim.size)


def claim_in(note: str, source: str) -> Claim:
    """Return what a note claims.

    Raises: ExportUnusable.
    """
    try:
        checkpoint = read_checkpoint(note)
    except NoteInvalid as fault:
        raise ExportUnusable(f"{source}: {fault}") from fault
    return Claim(size=checkpoint.size, root=checkpoint.root, source=source)


def _notes(directory: Path) -> Iterator[Claim]:
    newest = directory / NEWEST
    for file in (*sorted(directory.rglob("*.note")), *([newest] if newest.is_file() else ())):
        try:
            yield claim_in(file.read_text("utf-8"), file.name)
        except (OSError, UnicodeError) as fault:
            raise ExportUnusable(f"{file} cannot be read: {fault}") from fault


def _checkpoints(directory: Path) -> Iterator[Claim]:
    for line in lines_in(directory / CHECKPOINTS, CheckpointLine):
        yield claim_in(line.note, f"the older export's checkpoint of {line.size} events")


def _whole(directory: Path) -> Iterator[Claim]:
    """Yield the root over all events of an older export, those that were not yet signed too."""
    if not (directory / MANIFEST).exists():
        return
    manifest = read_manifest(directory)
    if manifest.kind != "log":
        return
    tree = CompactRange()
    for event in events_in(directory, manifest):
        tree.add(leaf_hash(event.hash))
    if tree.size:
        yield Claim(
            size=tree.size, root=tree.root(), source="the older export's events", is_head=False
        )
