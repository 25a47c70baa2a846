"""Checkpoint publishing: signed heads as files that somebody else can keep, and to a webhook."""

import json
import os
from pathlib import Path

import httpx
import structlog

from events.log.proof.tree_heads import TreeHead
from services.notary.refusals import RecordUnusable

NEWEST = "checkpoint"
KEYS = "keys"
ROTATIONS = "rotations"  # a signed note in JSON on each line
REWRITTEN = "rewritten"  # what the notary found, until a person takes it away
SIZES_IN_A_FOLDER = 1_000_000
WEBHOOK_SECONDS = 5.0
NOTE_TYPE = "text/plain; charset=utf-8"

logs = structlog.get_logger(__name__)


class Publisher:
    """Writes each note to a directory, and posts it to a URL; either may be missing."""

    def __init__(self, directory: Path | None, webhook: str | None) -> None:
        self._directory = directory
        self._webhook = webhook
        self._lists: dict[str, str] = {}  # keys and rotations, as they are published

    def newest(self) -> str | None:
        """Return the note that was published last, None when none was.

        Raises: RecordUnusable, OSError.
        """
        if self._directory is None:
            return None
        try:
            return (self._directory / NEWEST).read_text("utf-8")
        except FileNotFoundError:
            return None
        except UnicodeError as fault:
            raise RecordUnusable("the newest published checkpoint is no text") from fault

    def write(self, head: TreeHead, verifier_keys: list[str], rotations: list[str]) -> None:
        """Put the note beside the earlier ones, then make it the newest; whole or not at all.

        Raises: OSError.
        """
        if self._directory is None:
            return
        file = note_file(self._directory, head.size)
        file.parent.mkdir(parents=True, exist_ok=True)
        replace(file, head.note)
        lists = {KEYS: verifier_keys, ROTATIONS: [json.dumps(note) for note in rotations]}
        for name, lines in lists.items():
            text = "".join(f"{line}\n" for line in lines)
            if text != self._lists.get(name, ""):
                replace(self._directory / name, text)
                self._lists[name] = text
        point(self._directory / NEWEST, file)

    def say_rewritten(self, sentence: str) -> None:
        """Leave word beside the notes that the log is not what they say. Raises: OSError."""
        if self._directory is None or (self._directory / REWRITTEN).exists():
            return
        self._directory.mkdir(parents=True, exist_ok=True)
        replace(self._directory / REWRITTEN, f"{sentence}\n")

    async def post(self, note: str) -> None:
        """Send the note to the webhook; a failure is logged, the next note says as much."""
        if self._webhook is None:
            return
        try:
            async with httpx.AsyncClient(timeout=WEBHOOK_SECONDS, trust_env=False) as client:
                answer = await client.post(
                    self._webhook, content=note, headers={"content-type": NOTE_TYPE}
                )
                answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            logs.warning("checkpoint_not_posted", reason=type(fault).__name__)


def note_file(directory: Path, size: int) -> Path:
    """Return where the note of a size is kept."""
    folder = f"{size // SIZES_IN_A_FOLDER:06d}"
    return directory / folder / f"{size:012d}.note"


def replace(file: Path, text: str) -> None:
    """Write a file as a whole: readers see the old one or the new one."""
    draft = file.with_name(f".{file.name}.new")
    with draft.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)


def point(name: Path, file: Path) -> None:
    """Give a file that is on the disk a second name, in the place of what has that name now."""
    draft = name.with_name(f".{name.name}.new")
    draft.unlink(missing_ok=True)
    try:
        draft.hardlink_to(file)
    except OSError:  # no such thing on this file system
        replace(name, file.read_text("utf-8"))
    else:
        draft.replace(name)
