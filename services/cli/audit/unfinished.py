"""Unfinished export: one that is being written, or was interrupted and goes on where it was."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from services.cli.audit.export_directory import (
    ATTACHMENTS,
    CONSISTENCY,
    EVENTS,
    FORMAT,
    MANIFEST,
    ExportUnusable,
)

PART = 100_000  # events in a file
UNFINISHED = ".unfinished"  # there until the manifest is

type See = Callable[[list[bytes]], None]  # takes lines that are written


class Unfinished(msgspec.Struct, frozen=True):
    """What an export was begun as; another kind does not go on with it."""

    format: str
    kind: Literal["log", "incident"]


@dataclass(slots=True)
class EventFiles:
    """The parts that events are written to, one after the other."""

    folder: Path
    names: list[str] = field(default_factory=list)
    events: int = 0
    newest: bytes = b""  # the line of the last event
    _open: BinaryIO | None = None

    def write(self, lines: list[bytes]) -> None:
        """Append lines, beginning a new part where one is full."""
        for line in lines:
            if self.events % PART == 0:
                self.close()
                self.names.append(f"{len(self.names) + 1:06d}.ndjson")
            if self._open is None:
                self._open = (self.folder / self.names[-1]).open("ab")
            self._open.write(line)
            self.newest = line
            self.events += 1

    def close(self) -> None:
        """End the part that is being written."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def take_up(self, see: See) -> None:
        """Go on behind the last whole line that an interrupted export left."""
        for file in sorted(self.folder.glob("*.ndjson")):
            if self.events != len(self.names) * PART or file.name != self._following():
                file.unlink()  # behind a part that is not full
                continue
            self._take_up(file, see)

    def _take_up(self, file: Path, see: See) -> None:
        with file.open("r+b") as opened:
            whole = 0
            for line in opened:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                see([line])
                self.newest = line
                self.events += 1
            opened.truncate(whole)
        if whole:
            self.names.append(file.name)
        else:
            file.unlink()

    def clear(self) -> None:
        """Forget what an interrupted export left."""
        for file in self.folder.glob("*.ndjson"):
            file.unlink()

    def _following(self) -> str:
        return f"{len(self.names) + 1:06d}.ndjson"


def begun(out: Path, kind: Literal["log", "incident"]) -> EventFiles:
    """Make the export's directory, or find the one of the same export that was interrupted.

    Raises: ExportUnusable (something else lies there).
    """
    mark = out / UNFINISHED
    this = Unfinished(format=FORMAT, kind=kind)
    if (out / MANIFEST).exists():
        raise ExportUnusable(f"{out} holds a whole export: name a directory that is new")
    if mark.exists():
        require_same(mark, this)
        clear_rest(out)
    elif out.exists() and any(out.iterdir()):
        raise ExportUnusable(f"{out} is not empty: name a directory that is new")
    (out / EVENTS).mkdir(parents=True, exist_ok=True)
    mark.write_bytes(msgspec.json.encode(this))
    return EventFiles(out / EVENTS)


def require_same(mark: Path, this: Unfinished) -> None:
    """Refuse to go on with another export than the one that was begun.

    Raises: ExportUnusable.
    """
    try:
        other = msgspec.json.decode(mark.read_bytes(), type=Unfinished)
    except msgspec.MsgspecError as fault:
        raise ExportUnusable(f"{mark} cannot be read: name a directory that is new") from fault
    if other != this:
        raise ExportUnusable(
            f"{mark.parent} holds an unfinished export of another kind, {other.kind} in"
            f" {other.format}: name a directory that is new"
        )


def ended(out: Path) -> None:
    """Say that the export is whole."""
    (out / UNFINISHED).unlink(missing_ok=True)


def clear_rest(out: Path) -> None:
    """Forget what an interrupted export left beside its events: the log may have changed since."""
    for file in (*(out / ATTACHMENTS).rglob("*"), out / CONSISTENCY):
        if file.is_file():
            file.unlink()
