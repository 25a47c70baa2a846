"""Notary record: what it signed and saw, beside its keys and outside the database.

Whoever can write here can take the keys as well; whoever can write the database can do neither.
"""

import json
from datetime import datetime
from pathlib import Path

from events.log.proof.notary_looks import NotaryFinding
from services.notary.key_file import write_privately
from services.notary.refusals import RecordUnusable


class NotaryRecord:
    """The last note signed, and a rewritten log that a person has not looked at yet."""

    def __init__(self, key_file: Path) -> None:
        self.signed_file = key_file.with_name(f"{key_file.name}.signed")
        self.rewritten_file = key_file.with_name(f"{key_file.name}.rewritten")

    def newest(self) -> str | None:
        """Return the note that was signed last, None when none was.

        Raises: RecordUnusable.
        """
        return _text(self.signed_file)

    def signed(self, note: str) -> None:
        """Keep a note as the last one signed. Raises: OSError."""
        write_privately(self.signed_file, note)

    def rewritten(self, finding: NotaryFinding) -> None:
        """Keep that the log was found rewritten, the first time it was. Raises: OSError."""
        if not self.rewritten_file.exists():
            members = {
                "trouble": finding.trouble,
                "since": finding.since.isoformat(),
                "reason": finding.reason,
            }
            write_privately(self.rewritten_file, f"{json.dumps(members)}\n")

    def unseen(self) -> NotaryFinding | None:
        """Return what was found, until a person has taken the file away.

        Raises: RecordUnusable.
        """
        text = _text(self.rewritten_file)
        if text is None:
            return None
        try:
            members = json.loads(text)
            since = datetime.fromisoformat(members["since"])
            return NotaryFinding(trouble=members["trouble"], since=since, reason=members["reason"])
        except (ValueError, KeyError, TypeError) as fault:
            raise RecordUnusable(f"{self.rewritten_file.name} cannot be read: {fault}") from fault


def _text(file: Path) -> str | None:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError) as fault:
        raise RecordUnusable(f"{file.name} cannot be read: {type(fault).__name__}") from fault
