"""Secret keys: how they are made, written, read back and compared."""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal, cast
from uuid import UUID, uuid5
from zlib import crc32

type KeyKind = Literal["key", "ingest", "feed"]  # an API key, an integration's key, a calendar

_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET_LENGTH: Final = 43  # base62 digits: 256 bits
_CHECKSUM_LENGTH: Final = 6  # base62 digits: 32 bits
_ID_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID_LENGTH: Final = 16
_DERIVED_ID_LENGTH: Final = 20  # hexadecimal digits: 80 bits, enough never to meet again

_SHAPE: Final = re.compile(
    r"tocsin_(?P<kind>key|ingest|feed)_(?P<key_id>[a-z0-9][a-z0-9._-]{0,62})"
    r"_(?P<secret>[0-9A-Za-z]{43,86})_(?P<checksum>[0-9A-Za-z]{6})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """New key: its text is shown once, its hash is stored."""

    key_id: str
    secret_hash: str  # hex SHA-256 of the secret part
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedKey:
    """Parsed key: well formed, not yet verified."""

    kind: KeyKind
    key_id: str
    secret_hash: str = field(repr=False)

    def matches(self, secret_hash: str) -> bool:
        """Return whether this is the key that was hashed, in a time that tells nothing."""
        return hmac.compare_digest(self.secret_hash.encode(), secret_hash.encode())


def new_key(kind: KeyKind, key_id: str | None = None) -> NewKey:
    """Make a new key, under this id or a random one.

    The prefix and the checksum let secret scanners recognise a leaked key.
    """
    chosen = key_id if key_id is not None else _random(_ID_ALPHABET, _ID_LENGTH)
    secret = _random(_BASE62, _SECRET_LENGTH)
    body = f"tocsin_{kind}_{chosen}_{secret}"
    return NewKey(key_id=chosen, secret_hash=_hashed(secret), text=f"{body}_{_checksum(body)}")


def new_key_for(kind: KeyKind, command_id: UUID) -> NewKey:
    """Make the key of a command: a new secret, under an id that is the same for every repeat."""
    return new_key(kind, uuid5(command_id, "key").hex[:_DERIVED_ID_LENGTH])


def parse_key(text: str) -> ParsedKey | None:
    """Read a key; None when it is no key of ours or mistyped. Never raises."""
    shape = _SHAPE.fullmatch(text)
    if shape is None or _checksum(text.rpartition("_")[0]) != shape["checksum"]:
        return None
    return ParsedKey(
        kind=cast("KeyKind", shape["kind"]),
        key_id=shape["key_id"],
        secret_hash=_hashed(shape["secret"]),
    )


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _checksum(body: str) -> str:
    number = crc32(body.encode())
    digits: list[str] = []
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return "".join(reversed(digits))
