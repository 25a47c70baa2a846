"""Checkpoints as signed notes: a size and a root, signed by the notary.

Source: C2SP signed-note, https://c2sp.org/signed-note, and tlog-checkpoint,
https://c2sp.org/tlog-checkpoint.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_HASH_BYTES = 4
KEY_BYTES = 32
PRIVATE = "PRIVATE+KEY+"
DASH = "\u2014"
_NAME = re.compile(r"[^\s+]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_SIGNATURE = re.compile(rf"{DASH} ([^\s+]+) (\S+)")


class NoteInvalid(Exception):
    """A note or a key cannot be read, or its signature is not of the key it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What is signed: the log's name, how many events it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the bytes that are signed, as text."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key and its name, written `name+hash+key`."""

    name: str
    public: Ed25519PublicKey

    @property
    def key_hash(self) -> bytes:
        """Return the four bytes that tell keys of one name apart."""
        return _key_hash(self.name, self.public)

    @property
    def text(self) -> str:
        """Return the key as it is given to auditors."""
        encoded = _base64(ED25519 + self.public.public_bytes_raw())
        return f"{self.name}+{self.key_hash.hex()}+{encoded}"

    @classmethod
    def read(cls, text: str) -> "VerifierKey":
        """Return the key in a line.

        Raises: NoteInvalid.
        """
        name, key_hash, key = _key_parts(text.strip())
        verifier = cls(name=name, public=Ed25519PublicKey.from_public_bytes(key))
        if verifier.key_hash.hex() != key_hash:
            raise NoteInvalid(f"the key of {name} does not match its hash")
        return verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerKey:
    """A private key and its name, written `PRIVATE+KEY+name+hash+key`."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """Return the key that checks what this one signs."""
        return VerifierKey(name=self.name, public=self.private.public_key())

    @property
    def text(self) -> str:
        """Return the key as it is kept: for its owner's eyes only."""
        encoded = _base64(ED25519 + self.private.private_bytes_raw())
        return f"{PRIVATE}{self.name}+{self.verifier.key_hash.hex()}+{encoded}"

    @classmethod
    def made(cls, name: str) -> "SignerKey":
        """Return a new key. Raises: NoteInvalid (the name)."""
        if not _NAME.fullmatch(name):
            raise NoteInvalid("a key's name has no spaces and no plus sign")
        return cls(name=name, private=Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, text: str) -> "SignerKey":
        """Return the key in a line.

        Raises: NoteInvalid.
        """
        line = text.strip()
        if not line.startswith(PRIVATE):
            raise NoteInvalid("this is no private key")
        name, key_hash, key = _key_parts(line.removeprefix(PRIVATE))
        signer = cls(name=name, private=Ed25519PrivateKey.from_private_bytes(key))
        if signer.verifier.key_hash.hex() != key_hash:
            raise NoteInvalid(f"the private key of {name} does not match its hash")
        return signer


def signed(checkpoint: Checkpoint, *signers: SignerKey) -> str:
    """Return the note: the checkpoint, an empty line, and a line for each signature."""
    return signed_text(checkpoint.text(), *signers)


def signed_text(text: str, *signers: SignerKey) -> str:
    """Return the signed note of any text that ends with a line's end."""
    lines = "".join(
        f"{DASH} {key.name} {_base64(key.verifier.key_hash + key.private.sign(text.encode()))}\n"
        for key in signers
    )
    return f"{text}\n{lines}"


def opened(note: str, keys: Iterable[VerifierKey]) -> tuple[str, tuple[VerifierKey, ...]]:
    """Return a note's text and which of the keys have signed it, at least one.

    Signatures of keys that are not known here are passed over, as the format demands.
    Raises: NoteInvalid (unreadable, a known key's signature is wrong, no known key has signed).
    """
    body, separator, lines = note.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise NoteInvalid("the note has no signature")
    text = f"{body}\n"
    known = {(key.name, key.key_hash): key for key in keys}
    found: list[VerifierKey] = []
    for line in lines.splitlines():
        name, key_hash, signature = _signature_parts(line)
        key = known.get((name, key_hash))
        if key is None:
            continue
        try:
            key.public.verify(signature, text.encode())
        except InvalidSignature:
            raise NoteInvalid(f"the signature of {name} is wrong") from None
        found.append(key)
    if not found:
        raise NoteInvalid("none of the known keys has signed it")
    return text, tuple(found)


def read_checkpoint(note: str) -> Checkpoint:
    """Return what a note says, whoever signed it.

    Raises: NoteInvalid.
    """
    origin, size, root, *_ = [*note.split("\n"), "", "", ""]
    if not origin or not _SIZE.fullmatch(size):
        raise NoteInvalid("this is no checkpoint")
    decoded = _from_base64(root)
    if len(decoded) != sha256().digest_size:
        raise NoteInvalid("a root has 32 bytes")
    return Checkpoint(origin=origin, size=int(size), root=decoded)


def _key_hash(name: str, public: Ed25519PublicKey) -> bytes:
    identity = name.encode() + b"\n" + ED25519 + public.public_bytes_raw()
    return sha256(identity).digest()[:KEY_HASH_BYTES]


def _key_parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    key_hash, _, encoded = rest.partition("+")
    key = _from_base64(encoded)
    if not _NAME.fullmatch(name) or key[:1] != ED25519 or len(key) != 1 + KEY_BYTES:
        raise NoteInvalid("this is no Ed25519 key written as name+hash+key")
    return name, key_hash, key[1:]


def _signature_parts(line: str) -> tuple[str, bytes, bytes]:
    shape = _SIGNATURE.fullmatch(line)
    if shape is None:
        raise NoteInvalid("a line of signatures cannot be read")
    signature = _from_base64(shape[2])
    return shape[1], signature[:KEY_HASH_BYTES], signature[KEY_HASH_BYTES:]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteInvalid("a value is no base64") from None
