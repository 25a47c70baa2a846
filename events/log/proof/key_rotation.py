"""Key rotation as a signed note: the old key and the new key both sign it.

Without the old signature anybody could name a successor, without the new one a forebear.
Byte layout: docs/log-format.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from events.log.proof.checkpoint_note import (
    NoteInvalid,
    SignerKey,
    VerifierKey,
    opened,
    signed_text,
)

FIRST_LINE = "tocsin key rotation"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotation:
    """A key that gave its place to another one."""

    before: VerifierKey
    after: VerifierKey


def rotation_note(before: SignerKey, after: SignerKey) -> str:
    """Return the note that both keys sign."""
    text = f"{FIRST_LINE}\n{before.verifier.text}\n{after.verifier.text}\n"
    return signed_text(text, before, after)


def read_rotation(note: str) -> KeyRotation:
    """Return the rotation that a note proves.

    Raises: NoteInvalid (it is none, or one of the two keys has not signed it).
    """
    first, before, after, *_ = [*note.split("\n"), "", "", ""]
    if first != FIRST_LINE:
        raise NoteInvalid("this is no key rotation")
    rotation = KeyRotation(before=VerifierKey.read(before), after=VerifierKey.read(after))
    text, signers = opened(note, (rotation.before, rotation.after))
    both = {rotation.before.text, rotation.after.text}
    if text != f"{FIRST_LINE}\n{before}\n{after}\n" or {signer.text for signer in signers} != both:
        raise NoteInvalid("a key rotation is signed by the key before and by the new one")
    return rotation


def with_forebears(own: Iterable[VerifierKey], notes: Iterable[str]) -> list[VerifierKey]:
    """Return the own keys and every key that gave its place to one of them, the oldest first.

    Raises: NoteInvalid.
    """
    known = list(own)
    texts = {key.text for key in known}
    for rotation in reversed([read_rotation(note) for note in notes]):
        if rotation.after.text in texts and rotation.before.text not in texts:
            known.insert(0, rotation.before)
            texts.add(rotation.before.text)
    return known
