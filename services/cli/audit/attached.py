"""Attached files: which bytes there must be, as proved events name them."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from events.log.proof.chain import Fault, FaultKind, Row
from events.notes.events import AttachmentAdded, AttachmentRemoved
from services.cli.audit.account import Account
from services.cli.audit.belonging import decoded
from services.cli.audit.export_directory import ATTACHMENTS, attachment_in
from services.cli.remote import Problem, Remote

_TYPES: Final = frozenset({"attachment.added", "attachment.removed"})
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class File(msgspec.Struct, frozen=True):
    """One file that was attached and not removed."""

    incident_id: UUID
    sha256: str
    size: int  # bytes
    position: int  # of the event that says so


@dataclass(slots=True)
class Attached:
    """Reads events, and knows which files must be there after them."""

    _files: dict[UUID, File] = field(default_factory=dict)  # by attachment
    _odd: list[int] = field(default_factory=list)  # positions of events that name no file

    def see(self, event: Row) -> None:
        """Take in the next event."""
        if event.type not in _TYPES:
            return
        match decoded(event):
            case AttachmentAdded() as added if _DIGEST.fullmatch(added.sha256):
                file = File(added.incident_id, added.sha256, added.size, event.position)
                self._files[added.attachment_id] = file
            case AttachmentRemoved() as removed:
                self._files.pop(removed.attachment_id, None)
            case _:
                self._odd.append(event.position)

    def files(self) -> Iterator[File]:
        """Yield every file there must be; two of the same bytes in one incident are one."""
        places = {(one.incident_id, one.sha256): one for one in self._files.values()}
        yield from places.values()

    def check(self, directory: Path, account: Account) -> None:
        """Hold the bytes in an export against the hashes in its events.

        Raises: OSError.
        """
        for position in self._odd:
            account.fault(FaultKind.ATTACHMENT, "an event names no file that can be", position)
        known = set()
        for file in self.files():
            place = attachment_in(directory, file.incident_id, file.sha256)
            known.add(place)
            fault = fault_of(file, place.read_bytes() if place.is_file() else None)
            if fault is None:
                account.attachments += 1
            else:
                account.add([fault])
        for stray in sorted(set((directory / ATTACHMENTS).rglob("*")) - known):
            if not stray.is_dir():
                name = stray.relative_to(directory)
                account.fault(FaultKind.ATTACHMENT, f"{name} is a file that no event names")


def fault_of(file: File, content: bytes | None) -> Fault | None:
    """Return what is wrong with the bytes of a file; None: nothing is there."""
    if content is not None and hashlib.sha256(content).hexdigest() == file.sha256:
        return None
    wrong = (
        "is missing, and no event here says that it was removed"
        if content is None
        else "is forged: the bytes are not those that were attached"
    )
    where = f"position {file.position}: the file {file.sha256}"
    return Fault(kind=FaultKind.ATTACHMENT, sentence=f"{where} {wrong}", position=file.position)


def stored_bytes(remote: Remote, file: File) -> bytes | None:
    """Return what a server has stored as a file, None if it has nothing.

    Raises: Problem.
    """
    try:
        content: bytes = remote.get(f"/v1/audit/attachments/{file.incident_id}/{file.sha256}")
    except Problem as problem:
        if problem.body.get("code") != "attachment-not-found":
            raise
        return None
    return content


def stored_faults(remote: Remote, attached: Attached) -> Iterator[Fault]:
    """Yield what is wrong with the files that a server has stored.

    Raises: Problem.
    """
    for file in attached.files():
        fault = fault_of(file, stored_bytes(remote, file))
        if fault is not None:
            yield fault
