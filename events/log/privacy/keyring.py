"""Keyring of named AES-256-GCM keys: the first one seals, each opens what it has sealed."""

import base64
import os
import re
from collections.abc import Callable, Mapping
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

type Nonces = Callable[[bytes, bytes], bytes]  # of what is sealed, and what that is bound to

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12  # random: good for 2^32 messages under one key (NIST SP 800-38D, 8.3)
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class KeysUnusable(Exception):
    """The keys cannot be used as they are written; the text says what to write."""


class SealBroken(Exception):
    """The bytes were not sealed with this key, or not for this place, or have been changed."""


class Keyring:
    """Keys by id. Nothing of them shows when it is printed."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise KeysUnusable("there is no key: write id:base64, the newest first")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.first = next(iter(keys))

    @classmethod
    def parsed(cls, text: str) -> Self:
        """Return the keys in `id:base64,id:base64`, each 32 bytes long, the newest first.

        Raises: KeysUnusable, without the text in it.
        """
        keys: dict[str, bytes] = {}
        for number, entry in enumerate(text.split(","), start=1):
            key_id, _, encoded = entry.strip().partition(":")
            key = _decoded(encoded)
            if not _ID.fullmatch(key_id) or len(key) != KEY_BYTES:
                raise KeysUnusable(
                    f"key {number} must be an id (a-z, 0-9, - _), a colon and 32 bytes in base64"
                )
            if key_id in keys:
                raise KeysUnusable(f"two keys are called {key_id}")
            keys[key_id] = key
        return cls(keys)

    def seal(self, plain: bytes, bound_to: bytes) -> tuple[str, bytes]:
        """Return the id of the first key, and the nonce and ciphertext it makes."""
        return self.first, sealed(self._ciphers[self.first], plain, _bound(self.first, bound_to))

    def open(self, key_id: str, box: bytes, bound_to: bytes) -> bytes:
        """Return what was sealed.

        Raises: SealBroken, also when there is no key by this id.
        """
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealBroken("no key by this id is known here")
        return opened(cipher, box, _bound(key_id, bound_to))


def random_nonce(_plain: bytes, _bound_to: bytes) -> bytes:
    """Return a nonce that nobody can foresee: the one for everything that is worth a seal."""
    return os.urandom(NONCE_BYTES)


def sealed(
    cipher: AESGCM, plain: bytes, bound_to: bytes, nonce_for: Nonces = random_nonce
) -> bytes:
    """Return a nonce and the ciphertext, which opens only for the same `bound_to`."""
    nonce = nonce_for(plain, bound_to)
    return nonce + cipher.encrypt(nonce, plain, bound_to)


def opened(cipher: AESGCM, box: bytes, bound_to: bytes) -> bytes:
    """Return what was sealed.

    Raises: SealBroken.
    """
    try:
        return cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("it does not open with this key, here") from error


def _bound(key_id: str, bound_to: bytes) -> bytes:
    return key_id.encode() + b"\x00" + bound_to  # an id holds no NUL


def _decoded(encoded: str) -> bytes:
    """Return the bytes in base64, of either alphabet, padded or not; none when it is not base64."""
    text = encoded.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return b""
