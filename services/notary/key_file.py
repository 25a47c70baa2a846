"""The notary's keys on disk: one line each, the last one signs, for its owner's eyes only."""

import os
import secrets
from pathlib import Path

from events.log.checkpoint_note import NoteInvalid, SignerKey

KEY_FILE = "notary-keys"  # in the data directory


class KeyFileUnusable(Exception):
    """The file holds no keys, or others than its owner may read it."""


def kept_keys(file: Path, name: str | None = None) -> list[SignerKey]:
    """Return the keys in the file, the one that signs last; the first one is made when missing.

    `name` is what the log is called in its checkpoints; without one it gets a random name.
    Raises: KeyFileUnusable.
    """
    try:
        if file.stat().st_mode & 0o077:
            raise KeyFileUnusable(f"{file} can be read by others: chmod 600 {file}")
        keys = [SignerKey.read(line) for line in file.read_text().splitlines() if line.strip()]
    except FileNotFoundError:
        keys = [SignerKey.made(name or f"tocsin-{secrets.token_hex(4)}")]
        write(file, keys)
    except (OSError, UnicodeError, NoteInvalid) as fault:
        raise KeyFileUnusable(f"{file} cannot be used: {fault}") from fault
    if not keys:
        raise KeyFileUnusable(f"{file} holds no key")
    return keys


def rotate(file: Path) -> SignerKey:
    """Add a key of the same name that signs from now on; the older ones are kept.

    Raises: KeyFileUnusable.
    """
    keys = kept_keys(file)
    made = SignerKey.made(keys[-1].name)
    write(file, [*keys, made])
    return made


def write(file: Path, keys: list[SignerKey]) -> None:
    """Replace the file as a whole, so that no crash leaves half a key."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write("".join(f"{key.text}\n" for key in keys))
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
