"""Notary key file: one key a line, the last one signs, readable by its owner only."""

import json
import os
import secrets
from pathlib import Path

from events.log.proof.checkpoint_note import NoteInvalid, SignerKey, VerifierKey
from events.log.proof.key_rotation import rotation_note, with_forebears

KEY_FILE = "notary-keys"  # in the data directory


class KeyFileUnusable(Exception):
    """The file holds no keys, or others than its owner may read it."""


class KeyFileMissing(KeyFileUnusable):
    """There is no such file."""


def kept_keys(file: Path) -> list[SignerKey]:
    """Return the keys in the file, the one that signs last. None is ever made here.

    Raises: KeyFileMissing, KeyFileUnusable.
    """
    try:
        if file.stat().st_mode & 0o077:
            raise KeyFileUnusable(f"{file} can be read by others: chmod 600 {file}")
        keys = [SignerKey.read(line) for line in file.read_text().splitlines() if line.strip()]
    except FileNotFoundError as fault:
        raise KeyFileMissing(f"{file} does not exist") from fault
    except (OSError, UnicodeError, NoteInvalid) as fault:
        raise KeyFileUnusable(f"{file} cannot be used: {fault}") from fault
    if not keys:
        raise KeyFileUnusable(f"{file} holds no key")
    return keys


def make_first_key(file: Path, name: str | None = None) -> list[SignerKey]:
    """Make the file of a log that was never signed, and return its one key.

    `name` is what the log is called in its checkpoints; without one it gets a random name.
    Raises: FileExistsError (it has keys already), OSError.
    """
    if file.exists():
        raise FileExistsError(f"{file} exists")
    keys = [SignerKey.made(name or f"tocsin-{secrets.token_hex(4)}")]
    write(file, keys)
    return keys


def rotate(file: Path) -> SignerKey:
    """Add a key of the same name that signs from now on; the older ones are kept.

    The rotation, signed by both keys, is kept beside the file first: an older line may then be
    taken out of the key file, and what it signed is still verified.
    Raises: KeyFileUnusable.
    """
    keys = kept_keys(file)
    made = SignerKey.made(keys[-1].name)
    kept = rotations_file(file)
    notes = [*rotation_notes(file), rotation_note(keys[-1], made)]
    write_privately(kept, "".join(f"{json.dumps(note)}\n" for note in notes))
    write(file, [*keys, made])
    return made


def replace_lost(file: Path, published: Path) -> SignerKey:
    """Make a key in the place of a key file that is lost for good.

    The keys that were published go on to count as the notary's own past, because a person says
    so: nothing signs the change. They are kept beside the key file.
    Raises: FileExistsError (the key file is there), KeyFileUnusable (no public keys), OSError.
    """
    if file.exists():
        raise FileExistsError(f"{file} exists: it is not lost")
    lost = verifiers_in(published)
    if not lost:
        raise KeyFileUnusable(f"{published} holds no public key")
    write_privately(lost_file(file), "".join(f"{key.text}\n" for key in lost))
    return make_first_key(file, lost[-1].name)[0]


def own_verifiers(file: Path, keys: list[SignerKey]) -> list[VerifierKey]:
    """Return the public keys of the key file, of signed rotations to them, and of lost ones.

    The oldest comes first.
    Raises: KeyFileUnusable (the rotations or the lost keys cannot be read).
    """
    try:
        known = with_forebears([key.verifier for key in keys], rotation_notes(file))
    except NoteInvalid as fault:
        raise KeyFileUnusable(f"{rotations_file(file)} cannot be used: {fault}") from fault
    texts = {key.text for key in known}
    lost = verifiers_in(lost_file(file)) if lost_file(file).exists() else []
    return [*(key for key in lost if key.text not in texts), *known]


def lost_file(file: Path) -> Path:
    """Return where the public keys of a key file that was lost are kept."""
    return file.with_name(f"{file.name}.lost")


def verifiers_in(file: Path) -> list[VerifierKey]:
    """Return the public keys in a file, one on each line.

    Raises: KeyFileUnusable.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
        return [VerifierKey.read(line) for line in lines if line.strip()]
    except (OSError, UnicodeError, NoteInvalid) as fault:
        raise KeyFileUnusable(f"{file} holds no public keys: {fault}") from fault


def rotations_file(file: Path) -> Path:
    """Return where the rotations of a key file are kept: a signed note in JSON on each line."""
    return file.with_name(f"{file.name}.rotations")


def rotation_notes(file: Path) -> list[str]:
    """Return the rotations of a key file, the oldest first.

    Raises: KeyFileUnusable.
    """
    kept = rotations_file(file)
    try:
        return [str(json.loads(line)) for line in kept.read_text("utf-8").splitlines()]
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as fault:
        raise KeyFileUnusable(f"{kept} cannot be used: {fault}") from fault


def write(file: Path, keys: list[SignerKey]) -> None:
    """Replace the key file."""
    write_privately(file, "".join(f"{key.text}\n" for key in keys))


def write_privately(file: Path, text: str) -> None:
    """Replace the file as a whole, so that no crash leaves half of it; for its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
