"""Recovery codes: ten, each good once in place of a passkey, shown once and kept as hashes."""

import base64
from hashlib import sha256
from typing import Final

COUNT: Final = 10
BYTES: Final = 10  # 80 bits: nobody tries them out, not even with the hashes in hand
LENGTH: Final = 16  # characters of base32
GROUP: Final = 4
_LOOKS_LIKE: Final = str.maketrans({"0": "O", "1": "L", "8": "B"})  # none of these is in base32


def codes_from(random: bytes) -> tuple[str, ...]:
    """Return codes as people write them, from COUNT * BYTES random bytes."""
    if len(random) != COUNT * BYTES:
        raise ValueError(f"{COUNT * BYTES} random bytes make {COUNT} codes")
    whole = [
        base64.b32encode(random[begin : begin + BYTES]).decode()
        for begin in range(0, len(random), BYTES)
    ]
    return tuple(
        "-".join(text[begin : begin + GROUP] for begin in range(0, LENGTH, GROUP)).lower()
        for text in whole
    )


def code_hash(code: str) -> str:
    """Return what the log keeps of a code, however a person writes it."""
    letters = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
    return sha256(b"tocsin recovery code 1\0" + letters.translate(_LOOKS_LIKE).encode()).hexdigest()
