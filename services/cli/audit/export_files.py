"""Export files: those that belong to an export, and nothing beside them."""

from collections.abc import Iterator
from pathlib import Path

from events.log.proof.chain import FaultKind
from services.cli.audit.account import Account
from services.cli.audit.export_directory import (
    ATTACHMENTS,
    CHECKPOINTS,
    CONSISTENCY,
    EVENTS,
    KEYS,
    MANIFEST,
    NEWEST,
    PROOFS,
    CheckpointLine,
    Manifest,
    lines_in,
)

MOST_NAMED = 20  # foreign files that are named one by one
OF_EVERY_EXPORT = (MANIFEST, CHECKPOINTS, NEWEST, KEYS)
OF_AN_INCIDENT = (PROOFS, CONSISTENCY)


def check_files(directory: Path, manifest: Manifest, account: Account) -> None:
    """Tell what lies in the directory and was not checked, and a newest note that is another.

    A person may read such a file and take it for proved.
    Raises: ExportUnusable.
    """
    belonging = {directory / name for name in OF_EVERY_EXPORT}
    belonging |= {directory / EVENTS / Path(part).name for part in manifest.parts}
    if manifest.kind == "incident":
        belonging |= {directory / name for name in OF_AN_INCIDENT}
    foreign = sorted(file for file in _files(directory) if file not in belonging)
    for file in foreign[:MOST_NAMED]:
        account.fault(
            FaultKind.EXPORT, f"{file.relative_to(directory)} does not belong to the export"
        )
    if len(foreign) > MOST_NAMED:
        rest = len(foreign) - MOST_NAMED
        account.fault(FaultKind.EXPORT, f"{rest} more files do not belong to the export")
    _check_newest(directory, account)


def _files(directory: Path) -> Iterator[Path]:
    """Yield every file that a person sees; what a file manager leaves behind begins with a dot."""
    for file in directory.rglob("*"):
        if file.is_relative_to(directory / ATTACHMENTS):  # their events say which there are
            continue
        if not file.is_dir() and not file.name.startswith("."):
            yield file


def _check_newest(directory: Path, account: Account) -> None:
    """Hold the file that other programs read against the checkpoints that were checked."""
    newest = max(
        lines_in(directory / CHECKPOINTS, CheckpointLine), key=lambda line: line.size, default=None
    )
    try:
        note = (directory / NEWEST).read_bytes()
    except FileNotFoundError:
        note = b""
    except OSError as fault:
        account.fault(FaultKind.EXPORT, f"the file {NEWEST} cannot be read: {fault}")
        return
    if note != (newest.note.encode() if newest else b""):
        account.fault(
            FaultKind.EXPORT, f"the file {NEWEST} is not the newest of the export's checkpoints"
        )
